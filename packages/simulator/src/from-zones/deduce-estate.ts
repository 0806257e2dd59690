import type { DomainName } from '@srvkit/dns';
import { DEFAULT_PORT, KMS_SERVICE } from '@srvkit/kms';
import type { SrvRecord } from '@srvkit/publisher/plan';
import type { EstateReading } from './estate-reading.ts';
import { hasHost, whyByHand } from './judge-record.ts';
import type { ByHand, ReadRecord } from './judge-record.ts';
import { namesFor } from './names-for.ts';

/** The estate behind what was read, as far as DNS tells. Where nothing tells, an assumption that says so. */
export interface DeducedEstate {
  readonly service: string;
  readonly sites: readonly DeducedSite[];
  readonly hosts: readonly DeducedHost[];
  /** Records that no host publishes. */
  readonly byHand: readonly JudgedRecord[];
}

/** One domain is one site. */
export interface DeducedSite {
  readonly name: string;
  readonly domain: DomainName;
  /** The suffix search list: its own domain, then those above it that were read (kms N-08). */
  readonly search: readonly DomainName[];
}

export interface DeducedHost {
  readonly name: string;
  readonly target: DomainName;
  readonly port: number;
  readonly site: DeducedSite;
  /** What the site was deduced from. */
  readonly siteBy: 'name' | 'priority';
  /** What it publishes; empty: others wrote its records by hand. */
  readonly publishes: readonly ReadRecord[];
}

export interface JudgedRecord extends ReadRecord {
  readonly why: ByHand;
}

/** One site for each domain, a host for each target that clients can connect to, and what is left over. */
export function deduceEstate(estate: EstateReading): DeducedEstate {
  const sites = deduceSites(estate.domains.map(({ domain }) => domain));
  const judged = judgeRecords(estate);
  const byHand = judged.flatMap(({ reading, record, why }) => (why === undefined ? [] : [{ reading, record, why }]));
  return { service: estate.service, sites, hosts: deduceHosts(judged, sites), byHand };
}

interface Judgement extends ReadRecord {
  /** Where its target listens. */
  readonly port: number;
  readonly why: ByHand | undefined;
}

/** The records of each target together. */
function judgeRecords(estate: EstateReading): readonly Judgement[] {
  const records = estate.domains.flatMap((reading) => {
    return reading.records.toSorted(firstTried).map((record): ReadRecord => ({ reading, record }));
  });
  return byTarget(records).flatMap((ofTarget) => {
    const port = portOf(ofTarget);
    return ofTarget.map((each) => ({ ...each, port, why: whyByHand(each, estate, port) }));
  });
}

function deduceHosts(judged: readonly Judgement[], sites: readonly DeducedSite[]): readonly DeducedHost[] {
  const connectable = byTarget(judged.filter(({ why }) => hasHost(why)));
  const targets = connectable.map(([{ record }]) => record.rdata.target);
  const names = namesFor(targets, 'host');
  return connectable.map((records, at) => {
    const [{ record, port }] = records;
    const { target } = record.rdata;
    const publishes = records.filter(({ why }) => why === undefined);
    return { name: names[at] ?? '', target, port, ...siteOf(target, records, sites), publishes };
  });
}

function byTarget<T extends ReadRecord>(records: readonly T[]): readonly (readonly [T, ...T[]])[] {
  const groups = Map.groupBy(records, ({ record }) => record.rdata.target.key);
  return [...groups.values()].flatMap(([first, ...more]) => (first === undefined ? [] : [[first, ...more] as const]));
}

function deduceSites(domains: readonly DomainName[]): readonly DeducedSite[] {
  const names = namesFor(domains, 'site');
  return domains.map((domain, at) => {
    const above = domains.filter((other) => domain.isWithin(other) && !other.equals(domain));
    return { name: names[at] ?? '', domain, search: [domain, ...above.toSorted((a, b) => b.labelCount - a.labelCount)] };
  });
}

/** Servers rotate their sets: the order here is that of `sites read`, whatever the order of an answer. */
function firstTried({ rdata: a }: SrvRecord, { rdata: b }: SrvRecord): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  if (a.weight !== b.weight) return b.weight - a.weight;
  return a.target.key === b.target.key ? a.port - b.port : a.target.key < b.target.key ? -1 : 1;
}

/** A host listens on one port: the one that most of its records name, of several the service's own or else the smallest. */
function portOf(records: readonly ReadRecord[]): number {
  const counts = Map.groupBy(
    records.map(({ record }) => record.rdata.port).filter((port) => port > 0),
    (port) => port,
  );
  const most = Math.max(0, ...[...counts.values()].map(({ length }) => length));
  const ports = [...counts].flatMap(([port, { length }]) => (length === most ? [port] : []));
  return ports.includes(DEFAULT_PORT) ? DEFAULT_PORT : Math.min(...ports);
}

/** The site whose domain its name lies in, else the one whose clients try it first. */
function siteOf(
  target: DomainName,
  records: readonly [ReadRecord, ...ReadRecord[]],
  sites: readonly DeducedSite[],
): Pick<DeducedHost, 'site' | 'siteBy'> {
  const [nearest] = sites.filter(({ domain }) => target.isWithin(domain)).toSorted((a, b) => b.domain.labelCount - a.domain.labelCount);
  if (nearest !== undefined) return { site: nearest, siteBy: 'name' };
  const first = records.reduce((best, each) => (each.record.rdata.priority < best.record.rdata.priority ? each : best));
  const site = sites.find(({ domain }) => domain.equals(first.reading.domain));
  if (site === undefined) throw new TypeError(`${first.reading.domain.toString()} is no site: every domain that was read is one`);
  return { site, siteBy: 'priority' };
}

/** Whether the host leaves its own domain out, which a KMS host does only when told to (kms P-13). */
export function leavesHomeOut({ site, publishes }: DeducedHost, service: string): boolean {
  return service === KMS_SERVICE && publishes.length > 0 && !publishes.some(({ reading }) => reading.domain.equals(site.domain));
}
