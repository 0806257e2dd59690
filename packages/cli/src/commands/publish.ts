import { parseServiceName } from '@srvkit/discovery';
import { formatServerAddress } from '@srvkit/dns-client';
import { hmacSigner } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { DEFAULT_PORT, KMS_SERVICE, publishList } from '@srvkit/kms';
import { createPublisher } from '@srvkit/publisher';
import type { PublishReport } from '@srvkit/publisher';
import type { Desired } from '@srvkit/publisher/plan';
import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { many, one, toggle } from '../flags/flag.ts';
import type { FlagValues } from '../flags/flag.ts';
import { refuseNotBuilt } from '../flags/not-built.ts';
import { address, choice, deadline, domain, integer, text } from '../flags/value.ts';
import { readable, readKey, readSettings } from '../input-file.ts';
import type { Io } from '../io.ts';
import { renderPublishReport } from '../render/publish-report.ts';
import { styleFor } from '../render/style.ts';

const flags = {
  target: one('FQDN', domain, 'this host: the target of its records'),
  port: one('N', integer(1, 65_535), '1688 for _vlmcs._tcp; over the port of --settings'),
  priority: one('N', integer(0, 65_535), '0 unless given; the smallest is tried first'),
  weight: one('N', integer(0, 65_535), '0 unless given; the share inside a priority'),
  ttl: one('S', integer(0, 2 ** 31 - 1), 'seconds, 3600 unless given'),
  'ttl-policy': one(
    'POLICY',
    choice('keep', 'enforce'),
    'keep the TTL of a set that is there (keep, unless given), or give the whole set ours (enforce)',
  ),
  domain: many('D', domain, 'a domain to publish in; the home domain unless given'),
  settings: one('FILE.reg', text, 'domains, priorities, weights and port from DnsDomainPublishList and KeyManagementServiceListeningPort'),
  home: one('D', domain, 'the home domain, the parent of --target unless given'),
  'home-domain': one(
    'WHEN',
    choice('always', 'listed'),
    'publish an unlisted home domain too (always, unless given) or only what is listed',
  ),
  server: one('A', address, 'ask this server for the zone and update it; the primary of the zone unless given'),
  'tsig-key': one('FILE', text, 'sign with this key'),
  'replace-port': one('N', integer(0, 65_535), "the service has moved: delete this host's records at its old port"),
  plan: toggle('show what would be done, and whether the server would allow it; change nothing'),
  json: toggle('one JSON document'),
  gss: toggle('sign by GSS-TSIG (not built yet)'),
  principal: one('P', text, 'for --gss (not built yet)'),
  keytab: one('FILE', text, 'for --gss (not built yet)'),
  ccache: one('CACHE', text, 'for --gss (not built yet)'),
  journal: one('FILE', text, 'remember what was published (not built yet)'),
  watch: toggle('go on publishing (not built yet)'),
  refresh: one('D', deadline, 'for --watch (not built yet)'),
  probe: one('PROBE', choice('tcp', 'none'), 'for --watch (not built yet)'),
  metrics: one('ADDRESS', address, 'for --watch (not built yet)'),
  'on-stop': one('WHAT', choice('leave', 'withdraw'), 'for --watch (not built yet)'),
} as const;

type Values = FlagValues<typeof flags>;

const NOT_BUILT = ['gss', 'principal', 'keytab', 'ccache', 'journal', 'watch', 'refresh', 'probe', 'metrics', 'on-stop'] as const;

export const publish: Command = defineCommand({
  name: 'publish',
  words: '[SERVICE]',
  arity: { min: 0, max: 1 },
  describe: 'Publish this host as SRV records by DNS UPDATE.',
  flags,
  examples: [
    ['srvkit publish --target kms1.contoso.com --server 127.0.0.1:5300 --tsig-key key.conf', 'in its home domain'],
    ['srvkit publish --target kms1.contoso.com --settings kms1.reg --tsig-key key.conf --plan', 'show what its publish list would change'],
  ],
  run: (values, words, io) => runPublisher('publish', values, words, io),
});

export const withdraw: Command = defineCommand({
  name: 'withdraw',
  words: '[SERVICE]',
  arity: { min: 0, max: 1 },
  describe: "Delete this host's own records, nobody else's.",
  flags,
  examples: [
    ['srvkit withdraw --target kms1.contoso.com --server 127.0.0.1:5300 --tsig-key key.conf', 'from its home domain'],
    ['srvkit withdraw --target kms1.contoso.com --settings kms1.reg --tsig-key key.conf --json', 'from every domain of its publish list'],
  ],
  run: (values, words, io) => runPublisher('withdraw', values, words, io),
});

async function runPublisher(
  verb: 'publish' | 'withdraw',
  values: Values,
  [service = KMS_SERVICE]: readonly string[],
  io: Io,
): Promise<number> {
  refuseNotBuilt(values, NOT_BUILT);
  const { desired, warnings } = await desiredOf(
    readable(() => parseServiceName(service)),
    values,
  );
  const key = values['tsig-key'] === undefined ? undefined : await readKey(values['tsig-key'], io);
  const publisher = createPublisher({
    ...(values.server === undefined ? {} : { server: formatServerAddress(values.server) }),
    ...(key === undefined ? {} : { signer: hmacSigner(key) }),
  });
  const report = await publisher[verb](desired, { signal: io.signal, plan: values.plan });
  const complete: PublishReport = { ...report, warnings: [...warnings, ...report.warnings] };
  io.stdout.write(values.json ? `${JSON.stringify(complete)}\n` : renderPublishReport(complete, styleFor(io.stdout)));
  return GOOD.has(complete.outcome) ? EXIT.done : EXIT.problems;
}

const GOOD: ReadonlySet<PublishReport['outcome']> = new Set(['unchanged', 'published', 'withdrawn', 'planned', 'disabled']);

interface Wanted {
  readonly desired: Desired;
  readonly warnings: PublishReport['warnings'];
}

async function desiredOf(service: string, values: Values): Promise<Wanted> {
  const { target } = values;
  if (target === undefined) throw new UsageError('--target FQDN is missing: which host shall be published?');
  if (target.isRoot) throw new UsageError('--target: "." says that a service is not available; name the host');
  const common = {
    service,
    target,
    ...(values.ttl === undefined ? {} : { ttl: values.ttl }),
    ...(values['ttl-policy'] === undefined ? {} : { ttlPolicy: values['ttl-policy'] }),
    ...(values['replace-port'] === undefined ? {} : { replacePort: values['replace-port'] }),
  };
  const wanted =
    values.settings === undefined ? fromFlags(service, target, values) : await fromSettings(service, target, values.settings, values);
  if (values['replace-port'] === wanted.port) throw new UsageError('--replace-port: this is the port itself; name the old one');
  return { desired: { ...common, port: wanted.port, entries: wanted.entries, enabled: wanted.enabled }, warnings: wanted.warnings };
}

interface Listed {
  readonly port: number;
  readonly entries: Desired['entries'];
  readonly enabled: boolean;
  readonly warnings: PublishReport['warnings'];
}

function fromFlags(service: string, target: DomainName, values: Values): Listed {
  const port = values.port ?? (service === KMS_SERVICE ? DEFAULT_PORT : undefined);
  if (port === undefined) throw new UsageError(`--port N is missing: ${service} has no default port`);
  const domains = values.domain.length > 0 ? values.domain : [homeOf(target, values)];
  const { priority = 0, weight = 0 } = values;
  return { port, entries: domains.map((each) => ({ domain: each, priority, weight })), enabled: true, warnings: [] };
}

async function fromSettings(service: string, target: DomainName, file: string, values: Values): Promise<Listed> {
  if (service !== KMS_SERVICE)
    throw new UsageError(`--settings: publish lists are for ${KMS_SERVICE}; use --domain, --priority and --weight`);
  if (values.domain.length > 0 || values.priority !== undefined || values.weight !== undefined) {
    throw new UsageError('--settings has domains, priorities and weights: leave out --domain, --priority and --weight');
  }
  const settings = await readSettings(file);
  const list = readable(() =>
    publishList(settings, {
      hostName: target,
      home: homeOf(target, values),
      ...(values['home-domain'] === undefined ? {} : { homeDomain: values['home-domain'] }),
    }),
  );
  // What belongs to an entry is told in the report of its zone; the rest is told for the whole.
  const told = new Set(list.entries.flatMap((entry) => entry.findings));
  const warnings = list.findings.filter(
    (finding) => ![...told].some((entry) => entry.code === finding.code && entry.message === finding.message),
  );
  return { port: values.port ?? list.port, entries: list.entries, enabled: list.enabled, warnings };
}

function homeOf(target: DomainName, values: Values): DomainName {
  const home = values.home ?? target.parent();
  if (home === undefined || home.isRoot)
    throw new UsageError(`--target: ${target.toString()} has no domain; give its full name, or --home`);
  return home;
}
