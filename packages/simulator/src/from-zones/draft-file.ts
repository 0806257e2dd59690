import { DEFAULT_PORT, formatPublishLine, KMS_SERVICE } from '@srvkit/kms';
import { leavesHomeOut } from './deduce-estate.ts';
import type { DeducedEstate, DeducedHost, JudgedRecord } from './deduce-estate.ts';
import type { DomainReading, EstateReading } from './estate-reading.ts';

/** The settings that a draft has, as scenario.schema.json wants them. */
export interface DraftFile {
  readonly name: string;
  readonly service?: string;
  readonly seed: number;
  readonly duration: string;
  readonly sites: Readonly<Record<string, { readonly search: readonly string[] }>>;
  readonly wan?: { readonly latency: string };
  readonly dns: DraftDns;
  readonly hosts: Readonly<Record<string, DraftHost>>;
  readonly clients: Readonly<
    Record<string, { readonly site: string; readonly count: number; readonly arrival: { readonly spread: string } }>
  >;
}

interface DraftDns {
  readonly ttl: string;
  readonly ttls?: Readonly<Record<string, string>>;
  readonly static?: readonly DraftRecord[];
  readonly stale?: readonly DraftRecord[];
}

interface DraftRecord {
  readonly domain: string;
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

interface DraftHost {
  readonly site: string;
  readonly name?: string;
  readonly port?: number;
  readonly publish?: readonly string[];
  readonly homeDomain?: 'listed';
  readonly publishing?: false;
}

// What no zone says: round figures that an administrator replaces.
const DURATION = '60d';
const CLIENTS = { count: 1000, arrival: { spread: '7d' } } as const;
const LATENCY = '20ms';

/** An estate as a scenario file has it. Its zones hold the records that were read. */
export function draftFile({ service, domains }: EstateReading, { sites, hosts, byHand }: DeducedEstate): DraftFile {
  return {
    name: nameOf(sites.map(({ name }) => name)),
    ...(service === KMS_SERVICE ? {} : { service }),
    seed: 1,
    duration: DURATION,
    sites: Object.fromEntries(sites.map(({ name, search }) => [name, { search: search.map(bare) }])),
    ...(sites.length > 1 ? { wan: { latency: LATENCY } } : {}),
    dns: draftDns(domains, byHand),
    hosts: Object.fromEntries(hosts.map((host) => [host.name, draftHost(host, service)])),
    clients: Object.fromEntries(sites.map(({ name }) => [name, { site: name, ...CLIENTS }])),
  };
}

function nameOf(sites: readonly string[]): string {
  const all = sites.join('-');
  return all.length <= 63 ? all : 'live-zones';
}

function draftDns(domains: readonly DomainReading[], byHand: readonly JudgedRecord[]): DraftDns {
  const ttls = domains.filter(({ records }) => records.length > 0).map((reading) => [bare(reading.domain), ttlOf(reading)] as const);
  const usual = [...Map.groupBy(ttls, ([, ttl]) => ttl)].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? '1h';
  const others = ttls.filter(([, ttl]) => ttl !== usual);
  const stale = byHand.filter(({ why }) => why === 'no-address').map(draftRecord);
  const written = byHand.filter(({ why }) => why !== 'no-address').map(draftRecord);
  return {
    ttl: usual,
    ...(others.length > 0 ? { ttls: Object.fromEntries(others) } : {}),
    ...(written.length > 0 ? { static: written } : {}),
    ...(stale.length > 0 ? { stale } : {}),
  };
}

function draftRecord({ reading, record }: JudgedRecord): DraftRecord {
  const { target, port, priority, weight } = record.rdata;
  return { domain: bare(reading.domain), target: bare(target), port, priority, weight };
}

function draftHost(host: DeducedHost, service: string): DraftHost {
  const { name, target, port, site, publishes } = host;
  const own = publishes.filter(({ reading }) => reading.domain.equals(site.domain));
  const elsewhere = publishes.filter(({ reading }) => !reading.domain.equals(site.domain));
  return {
    site: site.name,
    ...(target.toString() === `${name}.${site.domain.toString()}` ? {} : { name: bare(target) }),
    ...(service === KMS_SERVICE && port === DEFAULT_PORT ? {} : { port }),
    ...(publishes.length === 0
      ? { publishing: false }
      : { publish: [...own, ...elsewhere].map(({ reading, record }) => formatPublishLine({ ...record.rdata, domain: reading.domain })) }),
    ...(leavesHomeOut(host, service) ? { homeDomain: 'listed' } : {}),
  };
}

function ttlOf({ records }: DomainReading): string {
  const seconds = Math.min(...records.map(({ ttl }) => ttl));
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const;
  const [unit, size] = units.find(([, size]) => seconds > 0 && seconds % size === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}

/** Without the final dot, as lists and files have it; the root is ".". */
function bare(name: { toString(): string }): string {
  const text = name.toString();
  return text === '.' ? text : text.slice(0, -1);
}
