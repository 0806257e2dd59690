import type { DomainName } from '@srvkit/dns';
import type { ServerAddress } from '@srvkit/dns-client';
import { DEFAULT_PORT, KMS_SERVICE, publishList } from '@srvkit/kms';
import type { PublishReport } from '@srvkit/publisher';
import type { Desired } from '@srvkit/publisher/plan';
import { parseListenAddress } from '@srvkit/test-server';
import type { ListenAddress } from '@srvkit/test-server';
import { UsageError } from './exit.ts';
import { many, one, toggle } from './flags/flag.ts';
import type { FlagsOf } from './flags/flag.ts';
import { address, choice, deadline, domain, integer, text } from './flags/value.ts';
import { readable, readSettings } from './input-file.ts';

/** What `publish`, `withdraw` and `grants` are told. */
// A type and no interface: flags are looked up by name.
export type PublishValues = {
  readonly target: DomainName | undefined;
  readonly port: number | undefined;
  readonly priority: number | undefined;
  readonly weight: number | undefined;
  readonly ttl: number | undefined;
  readonly 'ttl-policy': 'keep' | 'enforce' | undefined;
  readonly domain: readonly DomainName[];
  readonly settings: string | undefined;
  readonly home: DomainName | undefined;
  readonly 'home-domain': 'always' | 'listed' | undefined;
  readonly profile: 'windows' | 'vista' | undefined;
  readonly server: ServerAddress | undefined;
  readonly 'tsig-key': string | undefined;
  readonly 'replace-port': number | undefined;
  readonly plan: boolean;
  readonly json: boolean;
  readonly gss: boolean;
  readonly principal: string | undefined;
  readonly keytab: string | undefined;
  readonly ccache: string | undefined;
  readonly journal: string | undefined;
  readonly watch: boolean;
  readonly refresh: number | undefined;
  readonly probe: 'tcp' | 'none' | undefined;
  readonly 'probe-interval': number | undefined;
  readonly metrics: ListenAddress | undefined;
  readonly 'on-stop': 'leave' | 'withdraw' | undefined;
};

/** What `publish`, `withdraw` and `grants` take. */
export const publishFlags: FlagsOf<PublishValues> = {
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
    'with --settings: publish an unlisted home domain too (always, unless given) or only what is listed',
  ),
  profile: one('PROFILE', choice('windows', 'vista'), 'of --settings: windows, unless given, or vista, which lists domains alone'),
  server: one('A', address, 'ask this server for the zone and update it; the primary of the zone unless given'),
  'tsig-key': one('FILE', text, 'sign with this key'),
  'replace-port': one('N', integer(0, 65_535), "the service has moved: delete this host's records at its old port"),
  plan: toggle('show what would be done, and whether the server would allow it; change nothing'),
  json: toggle('one JSON document'),
  gss: toggle('sign by GSS-TSIG (not built yet)'),
  principal: one('P', text, 'for --gss (not built yet)'),
  keytab: one('FILE', text, 'for --gss (not built yet)'),
  ccache: one('CACHE', text, 'for --gss (not built yet)'),
  journal: one('FILE', text, 'remember in this file what was published, and clean up what is not wanted any more'),
  watch: toggle('go on: publish on changed settings, at every --refresh, again after failures'),
  refresh: one(
    'D',
    deadline,
    'with --watch: publish again after this, 24h unless given; below the no-refresh plus refresh interval of the zone',
  ),
  probe: one(
    'PROBE',
    choice('tcp', 'none'),
    'with --watch: be in service only while this host takes TCP connections at the port (tcp), or always (none, unless given)',
  ),
  'probe-interval': one('D', deadline, 'between probes, 10s unless given'),
  metrics: one('ADDRESS', parseListenAddress, 'with --watch: serve /metrics and /health over HTTP on this loopback address'),
  'on-stop': one(
    'WHAT',
    choice('leave', 'withdraw'),
    'with --watch: leave the records (leave, unless given) or withdraw them when stopped',
  ),
};

/** What flags and settings ask for. */
export interface Wanted {
  readonly desired: Desired;
  readonly warnings: PublishReport['warnings'];
}

/** The records of this host, from the flags or from the publish list of `--settings` (kms P-08). */
export async function desiredOf(service: string, values: PublishValues, signal: AbortSignal): Promise<Wanted> {
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
    values.settings === undefined
      ? fromFlags(service, target, values)
      : await fromSettings(service, target, values, { file: values.settings, signal });
  if (values['replace-port'] === wanted.port) throw new UsageError('--replace-port: this is the port itself; name the old one');
  return { desired: { ...common, port: wanted.port, entries: wanted.entries, enabled: wanted.enabled }, warnings: wanted.warnings };
}

interface Listed {
  readonly port: number;
  readonly entries: Desired['entries'];
  readonly enabled: boolean;
  readonly warnings: PublishReport['warnings'];
}

function fromFlags(service: string, target: DomainName, values: PublishValues): Listed {
  const lost = ONLY_SETTINGS.find((flag) => values[flag] !== undefined);
  if (lost !== undefined) throw new UsageError(`--${lost}: this is for --settings only`);
  const port = values.port ?? (service === KMS_SERVICE ? DEFAULT_PORT : undefined);
  if (port === undefined) throw new UsageError(`--port N is missing: ${service} has no default port`);
  const domains = values.domain.length > 0 ? values.domain : [homeOf(target, values)];
  const { priority = 0, weight = 0 } = values;
  return { port, entries: domains.map((each) => ({ domain: each, priority, weight })), enabled: true, warnings: [] };
}

const ONLY_SETTINGS = ['home-domain', 'profile'] as const;

async function fromSettings(
  service: string,
  target: DomainName,
  values: PublishValues,
  { file, signal }: { readonly file: string; readonly signal: AbortSignal },
): Promise<Listed> {
  if (service !== KMS_SERVICE)
    throw new UsageError(`--settings: publish lists are for ${KMS_SERVICE}; use --domain, --priority and --weight`);
  if (values.domain.length > 0 || values.priority !== undefined || values.weight !== undefined) {
    throw new UsageError('--settings has domains, priorities and weights: leave out --domain, --priority and --weight');
  }
  const settings = await readSettings(file, signal);
  const list = readable(
    () =>
      publishList(settings, {
        hostName: target,
        home: homeOf(target, values),
        ...(values['home-domain'] === undefined ? {} : { homeDomain: values['home-domain'] }),
        ...(values.profile === undefined ? {} : { profile: values.profile }),
      }),
    { file },
  );
  // What belongs to an entry is told in the report of its zone; the rest is told for the whole.
  const told = new Set(list.entries.flatMap((entry) => entry.findings));
  const warnings = list.findings.filter(
    (finding) => ![...told].some((entry) => entry.code === finding.code && entry.message === finding.message),
  );
  return { port: values.port ?? list.port, entries: list.entries, enabled: list.enabled, warnings };
}

function homeOf(target: DomainName, values: PublishValues): DomainName {
  const home = values.home ?? target.parent();
  if (home === undefined || home.isRoot)
    throw new UsageError(`--target: ${target.toString()} has no domain; give its full name, or --home`);
  return home;
}
