import { formatServerAddress } from '@srvkit/dns-client';
import { makeRequest, parseServiceName } from '@srvkit/discovery';
import type { DiscoveryRequest, Policy } from '@srvkit/discovery';
import { fileHostCache } from '@srvkit/host-cache';
import type { HostCache } from '@srvkit/host-cache';
import { discoveryRequest, KMS_SERVICE, suffixSearchList } from '@srvkit/kms';
import type { SuffixSearchList } from '@srvkit/kms';
import { createResolver } from '@srvkit/resolver';
import type { Resolution } from '@srvkit/resolver';
import { Settings } from '@srvkit/settings';
import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { many, one, toggle } from '../flags/flag.ts';
import type { FlagValues } from '../flags/flag.ts';
import { address, choice, deadline, domain, duration, integer, text } from '../flags/value.ts';
import { checkReplaceable, readable, readSettings, usable } from '../input-file.ts';
import type { Io } from '../io.ts';
import { machineDomains } from '../machine-domains.ts';
import { escapeText } from '../render/escape.ts';
import { renderResolution, renderTrace } from '../render/resolution.ts';
import { styleFor } from '../render/style.ts';

const flags = {
  domain: many('D', domain, "a domain to look in; the system's suffix search list unless given"),
  'lookup-domain': one('D', domain, 'the only domain to look in, over --domain and the settings'),
  server: many('A', address, "a DNS server to ask; the system's resolvers unless given"),
  settings: one('FILE.reg', text, 'the registry settings of a client'),
  'app-id': one('GUID', text, 'the application, for hosts named for it'),
  'sku-id': one('GUID', text, 'the product, for hosts named for it; needs --app-id'),
  cache: one('FILE', text, 'remember the host that worked in this file'),
  'no-cache': toggle('do not use a remembered host, and remember none'),
  profile: one('PROFILE', choice('windows', 'vista'), 'windows, unless given, or vista: clients that ignore priority and weight'),
  pinned: one(
    'POLICY',
    choice('ordered', 'exclusive'),
    'after a pinned host that failed: go on (ordered, unless given) or stop (exclusive)',
  ),
  law: one(
    'LAW',
    choice('rfc2782', 'proportional', 'uniform'),
    'how a host is drawn inside a priority: rfc2782 (unless given), proportional or uniform',
  ),
  domains: one(
    'POLICY',
    choice('first', 'all'),
    'stop at the first domain with records (first, unless given), or go on when its hosts all failed (all)',
  ),
  fill: one(
    'POLICY',
    choice('reached', 'responded'),
    'remember a host that was reached (unless given), or also one that responded with a refusal',
  ),
  seed: one('N', integer(0, 2 ** 32 - 1), 'draw the same order again; every result names its seed'),
  probe: one('PROBE', choice('tcp', 'none'), 'try a host by a TCP connection (tcp, unless given) or contact nobody (none)'),
  'attempt-timeout': one('D', deadline, 'for one address, 3s unless given'),
  timeout: one('D', deadline, 'for one pass over all hosts, 15s unless given'),
  stagger: one('D', duration, 'how long to wait before the next host of the same priority starts, 250ms unless given'),
  retries: one('N', integer(0, 100), 'how often to begin again after a failure, 0 unless given'),
  'max-attempts': one('N', integer(1, 1000), 'hosts tried in one pass at most, 20 unless given'),
  explain: toggle('show everything that was asked, tried and skipped'),
  json: toggle('one JSON document'),
} as const;

type Values = FlagValues<typeof flags>;

export const resolve: Command = defineCommand({
  name: 'resolve',
  words: '[SERVICE]',
  arity: { min: 0, max: 1 },
  describe: 'Find a host that works, and say why this one.',
  flags,
  examples: [
    ['srvkit resolve --domain east.contoso.com --server 127.0.0.1:5300', 'a KMS host of a domain'],
    ['srvkit resolve _ldap._tcp --domain contoso.com --probe none --explain', 'another service, contacting nobody'],
  ],
  async run(values, [service = KMS_SERVICE], io) {
    const { request, warnings } = await requestOf(
      readable(() => parseServiceName(service)),
      values,
      io.signal,
    );
    const cache = values.cache === undefined || values['no-cache'] ? undefined : await openCache(values.cache, request, io);
    const resolver = createResolver({
      ...(values.server.length === 0 ? {} : { servers: values.server.map(formatServerAddress) }),
      ...(cache === undefined ? {} : { cache }),
    });
    try {
      const resolution = await resolver.resolve(request, {
        signal: io.signal,
        ...(values.probe === undefined ? {} : { probe: values.probe }),
        ...(values.seed === undefined ? {} : { seed: values.seed }),
        ...(values.timeout === undefined ? {} : { timeoutMs: values.timeout }),
        ...(values['attempt-timeout'] === undefined ? {} : { attemptTimeoutMs: values['attempt-timeout'] }),
        ...(values.stagger === undefined ? {} : { staggerMs: values.stagger }),
        ...(values.retries === undefined ? {} : { retries: values.retries }),
      });
      const complete: Resolution = { ...resolution, warnings: [...warnings, ...resolution.warnings] };
      io.stdout.write(print(complete, values, io));
      return complete.outcome === 'reached' || complete.outcome === 'selected' ? EXIT.done : EXIT.problems;
    } finally {
      await resolver.close();
    }
  },
});

function print(resolution: Resolution, values: Values, io: Io): string {
  if (values.json) return `${JSON.stringify(resolution)}\n`;
  const style = styleFor(io.stdout);
  return (values.explain ? renderTrace(resolution, style) : '') + renderResolution(resolution, style);
}

interface Asked {
  readonly request: DiscoveryRequest;
  readonly warnings: Resolution['warnings'];
}

async function requestOf(service: string, values: Values, signal: AbortSignal): Promise<Asked> {
  if (service !== KMS_SERVICE) refuseKmsFlags(values);
  const policy: Partial<Policy> = {
    ...(values.pinned === undefined ? {} : { pinned: values.pinned }),
    ...(values.law === undefined ? {} : { law: values.law }),
    ...(values.domains === undefined ? {} : { domains: values.domains }),
    ...(values.fill === undefined ? {} : { fill: values.fill }),
  };
  const settings = values.settings === undefined ? Settings.empty() : await readSettings(values.settings, signal);
  const { domains, findings } = await domainsOf(values, settings, signal);
  const common = {
    domains,
    policy,
    ...(values['no-cache'] ? { caching: false } : {}),
    ...(values['max-attempts'] === undefined ? {} : { maxAttempts: values['max-attempts'] }),
  };
  if (service === KMS_SERVICE) {
    const { request, warnings } = kmsRequest(settings, common, values);
    return { request, warnings: [...warnings, ...findings] };
  }
  const asked = values['lookup-domain'] === undefined ? domains : [values['lookup-domain']];
  return { request: readable(() => makeRequest({ service, ...common, domains: asked })), warnings: findings };
}

function refuseKmsFlags(values: Values): void {
  for (const flag of ['settings', 'app-id', 'sku-id', 'profile'] as const) {
    if (values[flag] !== undefined) throw new UsageError(`--${flag} is for ${KMS_SERVICE} only`);
  }
}

function kmsRequest(settings: Settings, common: Parameters<typeof discoveryRequest>[1], values: Values): Asked {
  const { request, findings } = readable(() =>
    discoveryRequest(settings, {
      ...common,
      ...(values['app-id'] === undefined ? {} : { appId: values['app-id'] }),
      ...(values['sku-id'] === undefined ? {} : { skuId: values['sku-id'] }),
      ...(values['lookup-domain'] === undefined ? {} : { lookupDomain: values['lookup-domain'] }),
      ...(values.profile === undefined ? {} : { profile: values.profile }),
    }),
  );
  return { request, warnings: findings };
}

/** The domains given, or those of the machine that the settings are of, or else of this one. */
async function domainsOf(values: Values, settings: Settings, signal: AbortSignal): Promise<SuffixSearchList> {
  if (values.domain.length > 0) return { domains: values.domain, findings: [] };
  if (values['lookup-domain'] !== undefined) return { domains: [], findings: [] };
  return suffixSearchList(settings) ?? machineDomains({ platform: process.platform, signal });
}

// A file that cannot be used ends the command before anybody is asked.
async function openCache(file: string, { service, scope }: DiscoveryRequest, io: Io): Promise<HostCache> {
  await checkReplaceable(file);
  const cache = fileHostCache(file, { onWarning: (warning) => tell(warning, io) });
  await usable(() => cache.get(service, scope));
  return cache;
}

function tell(warning: { readonly message: string }, io: Io): void {
  io.stderr.write(`srvkit: ${escapeText(warning.message)}\n`);
}
