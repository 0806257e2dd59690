import { makeRequest, parseServiceName } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { DEFAULT_INTERVALS, DEFAULT_PORT, INTERVAL_RANGE, KMS_SERVICE, PRODUCT_THRESHOLDS } from '@srvkit/kms';
import { buildTimeline } from './build-timeline.ts';
import { checkDomain, checkPublishList, checkRecords, checkSearch, follow, publishLines, readable } from './checks.ts';
import type { Fail } from './checks.ts';
import { formerlyDesired, staticRecord } from './static-record.ts';
import type {
  Arrival,
  ClientProfile,
  ClientScenario,
  DnsScenario,
  HostScenario,
  Hours,
  LinkQuality,
  LinkScenario,
  Scenario,
} from './scenario.ts';
import type { ArrivalInFile, ClientsInFile, HostInFile, HoursInFile, LinkInFile, QualityInFile, ScenarioFile } from './scenario-file.ts';

const DAY = 1440;

/** Fills in the defaults and follows every name: a name that leads nowhere fails, with what would be allowed. */
export function buildScenario(file: ScenarioFile, fail: Fail): Scenario {
  const service = readable(fail, ['service'], () => parseServiceName(file.service ?? KMS_SERVICE));
  const profiles = buildProfiles(file, service);
  const sites = new Map(Object.entries(file.sites));
  if (sites.size === 0) fail(['sites'], 'is empty: describe at least one site');
  for (const [site, { search, dns }] of sites) {
    search.forEach((text, at) => checkSearch(fail, ['sites', site, 'search', at], text, service));
    if (dns !== undefined) checkServer(fail, site, dns, sites);
  }
  const hosts = new Map(Object.entries(file.hosts).map(([name, host]) => [name, buildHost(name, host, file, service, fail)]));
  checkTargets(fail, hosts);
  const clients = new Map(
    Object.entries(file.clients).map(([name, group]) => [name, buildClients(name, group, file, { profiles, service }, fail)]),
  );
  if (clients.size === 0) fail(['clients'], 'is empty: describe at least one group of clients');
  for (const [what, most] of [
    ['sites', 1000],
    ['hosts', 10_000],
    ['clients', 10_000],
  ] as const) {
    if (Object.keys(file[what]).length > most) fail([what], `has more than ${most} entries: simulate a part of them`);
  }
  const total = [...clients.values()].reduce((sum, { count }) => sum + count, 0);
  if (total > 20_000_000) fail(['clients'], `has ${total} clients: at most 20000000 can be simulated at once`);
  const scenario: Scenario = {
    name: file.name,
    service,
    seed: file.seed ?? 1,
    durationMinutes: file.duration,
    policies: buildPolicies(file),
    profiles,
    sites,
    wan: file.wan === undefined ? undefined : buildQuality(file.wan),
    links: (file.links ?? []).map((link, at) => buildLink(link, ['links', at], file, fail)),
    dns: buildDns(file, service, fail),
    hosts,
    clients,
    timeline: [],
  };
  return buildTimeline(scenario, file.timeline ?? [], fail);
}

// Clients know a host by its name alone.
function checkTargets(fail: Fail, hosts: ReadonlyMap<string, HostScenario>): void {
  const known = new Map<string, string>();
  for (const [name, { target }] of hosts) {
    const { key } = parseDomainName(target);
    const other = known.get(key);
    if (other !== undefined) fail(['hosts', name, 'name'], `${target} is the name of ${other} already: give each host one of its own`);
    known.set(key, name);
  }
}

// Of servers that only pass questions on, one would have to know what they keep.
function checkServer(fail: Fail, site: string, dns: string, sites: Scenario['sites']): void {
  follow(fail, ['sites', site, 'dns'], dns, sites.keys(), 'site');
  const { dns: further = dns } = sites.get(dns) ?? {};
  if (further !== dns) fail(['sites', site, 'dns'], `${dns} has no DNS servers either, it asks those of ${further}: name a site that has`);
}

function buildPolicies({ policies = {} }: ScenarioFile): Scenario['policies'] {
  return {
    pinned: policies.pinned ?? 'ordered',
    law: policies.law ?? 'rfc2782',
    domains: policies.domains ?? 'first',
    fill: policies.fill ?? 'reached',
    belowThreshold: policies.belowThreshold ?? 'stop',
    attemptTimeoutMs: policies.attemptTimeout ?? 3000,
    requestBytes: policies.requestBytes ?? 500,
  };
}

// `vista` ignores priority and weight (kms N-14); `service` is whatever connects every T. A file may redefine them.
function buildProfiles(file: ScenarioFile, service: string): ReadonlyMap<string, ClientProfile> {
  const kind = service === KMS_SERVICE ? 'activation' : 'service';
  const timing = { everyMinutes: 60, retryMinutes: 5 };
  const profiles = new Map<string, ClientProfile>([
    ['windows', { kind, policy: {}, ...timing }],
    ['vista', { kind, policy: { law: 'uniform' }, ...timing }],
    ['service', { kind: 'service', policy: {}, ...timing }],
  ]);
  for (const [name, { kind: own = kind, every, retry, ...policy }] of Object.entries(file.profiles ?? {})) {
    profiles.set(name, {
      kind: own,
      policy: Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined)),
      everyMinutes: every ?? timing.everyMinutes,
      retryMinutes: retry ?? timing.retryMinutes,
    });
  }
  return profiles;
}

function buildQuality({ latency = 20, jitter = 0, loss = 0 }: QualityInFile): LinkQuality {
  return { latencyMs: latency, jitterMs: jitter, loss };
}

function buildLink(link: LinkInFile, path: readonly PropertyKey[], file: ScenarioFile, fail: Fail): LinkScenario {
  link.between.forEach((site, at) => follow(fail, [...path, 'between', at], site, Object.keys(file.sites), 'site'));
  if (link.between[0] === link.between[1]) fail([...path, 'between'], 'leads from a site to itself: name two');
  const firewall = link.firewall.map(({ port, from, action }, at) => {
    if (from !== undefined) follow(fail, [...path, 'firewall', at, 'from'], from, link.between, 'end of this link');
    return { port, from, action };
  });
  return { between: link.between, ...buildQuality(link), firewall };
}

function buildDns(file: ScenarioFile, service: string, fail: Fail): DnsScenario {
  const dns = file.dns ?? {};
  if (dns.primary !== undefined) follow(fail, ['dns', 'primary'], dns.primary, Object.keys(file.sites), 'site');
  (dns.zones ?? []).forEach((zone, at) => checkSearch(fail, ['dns', 'zones', at], zone, service));
  const origins = [...Object.values(file.sites).flatMap(({ search }) => search), ...(dns.zones ?? [])].map((text) => parseDomainName(text));
  const records = (['static', 'stale'] as const).flatMap((kind) =>
    (dns[kind] ?? []).map((record, at) => {
      checkHeld(fail, ['dns', kind, at, 'domain'], record.domain, origins);
      checkDomain(fail, ['dns', kind, at, 'target'], record.target);
      readable(fail, ['dns', kind, at], () => staticRecord(record, service, 0));
      if (kind === 'stale') checkRecords(fail, ['dns', kind, at], formerlyDesired(record, service));
      return { ...record, stale: kind === 'stale' };
    }),
  );
  const { scavenging } = dns;
  return {
    ttlSeconds: dns.ttl ?? 3600,
    ttlSecondsOf: buildTtls(dns.ttls ?? {}, origins, fail),
    replicationMinutes: dns.replicationDelay ?? 0,
    primary: dns.primary,
    zones: dns.zones ?? [],
    records,
    scavenging: scavenging && {
      noRefreshMinutes: scavenging.noRefresh ?? 7 * DAY,
      refreshMinutes: scavenging.refresh ?? 7 * DAY,
      everyMinutes: scavenging.every ?? 7 * DAY,
    },
  };
}

function buildTtls(ttls: Readonly<Record<string, number>>, origins: readonly DomainName[], fail: Fail): ReadonlyMap<string, number> {
  return new Map(Object.entries(ttls).map(([domain, ttl]) => [checkHeld(fail, ['dns', 'ttls', domain], domain, origins).key, ttl]));
}

// A domain that some zone holds: what is said of another one would be without effect.
function checkHeld(fail: Fail, path: readonly PropertyKey[], text: string, origins: readonly DomainName[]): DomainName {
  const domain = readable(fail, path, () => parseDomainName(text));
  if (origins.some((origin) => domain.isWithin(origin))) return domain;
  return fail(path, `${text} is in no zone: correct it, or add its zone to \`dns.zones\``);
}

function buildHost(name: string, host: HostInFile, file: ScenarioFile, service: string, fail: Fail): HostScenario {
  const path = ['hosts', name];
  follow(fail, [...path, 'site'], host.site, Object.keys(file.sites), 'site');
  const home = host.home ?? file.sites[host.site]?.search[0];
  if (home === undefined) return fail([...path, 'home'], 'is missing, and its site has no suffix search list: write the home domain');
  checkDomain(fail, [...path, 'home'], home);
  const target = host.name ?? `${name}.${home}`;
  checkDomain(fail, [...path, 'name'], target);
  if (service !== KMS_SERVICE && host.port === undefined) fail([...path, 'port'], `is missing: only ${KMS_SERVICE} has a port of its own`);
  (host.products ?? []).forEach((product, at) => checkProduct(fail, [...path, 'products', at], product));
  if (host.stop !== undefined && host.stop <= (host.start ?? 0)) fail([...path, 'stop'], 'comes before the start: write a later time');
  const built: HostScenario = {
    site: host.site,
    target,
    home,
    port: host.port ?? DEFAULT_PORT,
    publish: host.publish && publishLines(host.publish),
    homeDomain: host.homeDomain,
    publishing: host.publishing,
    products: host.products,
    clockOffsetMinutes: host.clockOffset ?? 0,
    startMinute: host.start ?? 0,
    stopMinute: host.stop,
    activationMinutes: interval(fail, [...path, 'activationInterval'], host.activationInterval ?? DEFAULT_INTERVALS.activation),
    renewalMinutes: interval(fail, [...path, 'renewalInterval'], host.renewalInterval ?? DEFAULT_INTERVALS.renewal),
    losesCount: host.losesCount,
  };
  checkPublishList(fail, [...path, 'publish'], built, service);
  return built;
}

function interval(fail: Fail, path: readonly PropertyKey[], minutes: number): number {
  const { least, most } = INTERVAL_RANGE;
  return minutes < least || minutes > most ? fail(path, `is out of range: write ${least}m to ${most}m`) : minutes;
}

function checkProduct(fail: Fail, path: readonly PropertyKey[], product: string): void {
  follow(
    fail,
    path,
    product,
    PRODUCT_THRESHOLDS.map((each) => each.product),
    'product',
  );
}

function buildClients(
  name: string,
  group: ClientsInFile,
  file: ScenarioFile,
  { profiles, service }: Pick<Scenario, 'profiles' | 'service'>,
  fail: Fail,
): ClientScenario {
  const path = ['clients', name];
  follow(fail, [...path, 'site'], group.site, Object.keys(file.sites), 'site');
  follow(fail, [...path, 'profile'], group.profile, profiles.keys(), 'profile');
  if (profiles.get(group.profile)?.kind === 'activation') checkProduct(fail, [...path, 'product'], group.product);
  (group.search ?? []).forEach((text, at) => checkSearch(fail, [...path, 'search', at], text, service));
  const { roaming } = group;
  roaming?.to.forEach((site, at) => follow(fail, [...path, 'roaming', 'to', at], site, Object.keys(file.sites), 'site'));
  if (roaming !== undefined && roaming.away >= roaming.every) fail([...path, 'roaming', 'away'], 'is not shorter than `every`: write less');
  return {
    site: group.site,
    count: group.count,
    profile: group.profile,
    caching: group.caching,
    product: group.product,
    pinned: buildPinned(group, path, fail),
    search: group.search,
    arrival: buildArrival(group.arrival, [...path, 'arrival'], fail),
    roaming: roaming && { to: roaming.to, share: roaming.share ?? 1, everyMinutes: roaming.every, awayMinutes: roaming.away },
    logon: group.logon && buildHours(group.logon, [...path, 'logon'], fail),
    clockOffsetMinutes: group.clockOffset ?? 0,
    cloned: group.cloned,
  };
}

function buildPinned({ pinned = {} }: ClientsInFile, path: readonly PropertyKey[], fail: Fail): ClientScenario['pinned'] {
  return (['sku', 'application', 'global'] as const).flatMap((source) => {
    const given = pinned[source];
    if (given === undefined) return [];
    const { host, port } = typeof given === 'string' ? { host: given, port: DEFAULT_PORT } : given;
    readable(fail, [...path, 'pinned', source], () => makeRequest({ service: KMS_SERVICE, pinned: [{ source, host, port }] }));
    return [{ source, host, port }];
  });
}

function buildArrival(arrival: ArrivalInFile, path: readonly PropertyKey[], fail: Fail): Arrival {
  if (arrival === 'at-once') return { law: 'at-once', atMinute: 0 };
  const atMinute = arrival.at ?? 0;
  if ('spread' in arrival) return { law: 'spread', atMinute, overMinutes: arrival.spread };
  if (!('officeHours' in arrival)) return { law: 'at-once', atMinute };
  const overDays = Math.max(1, Math.ceil((arrival.over ?? 7 * DAY) / DAY));
  const firstDay = Math.floor(atMinute / DAY) % 7; // day 0 is a Monday
  if (firstDay >= 5 && firstDay + overDays <= 7)
    fail([...path, 'at'], 'is a weekend, without office hours: write another day, or a longer `over`');
  return { law: 'office-hours', atMinute, overDays, hours: buildHours(arrival.officeHours, [...path, 'officeHours'], fail) };
}

function buildHours({ from, to }: HoursInFile, path: readonly PropertyKey[], fail: Fail): Hours {
  return from < to ? { fromMinute: from, toMinute: to } : fail([...path, 'to'], 'is not later than `from`: write a later time of the day');
}
