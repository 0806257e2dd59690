import { ParseError, parseDomainName } from '@srvkit/dns';
import type { DomainName, ResourceRecord, SrvRdata } from '@srvkit/dns';
import type { Finding } from './finding.ts';

/** One SRV record (RFC 2782). */
export type SrvRecord = ResourceRecord<SrvRdata>;

/** The TTL of our records in seconds, unless given or unless the set has one already (design.md section 4). */
export const DEFAULT_TTL = 3600;

/** What one host wants to have published: one SRV record of `service` in each domain, all with the same target and port. */
export interface Desired {
  /** `_service._proto`, such as `_vlmcs._tcp`. */
  readonly service: string;
  /** The host that is published, fully qualified. */
  readonly target: DomainName;
  /** 1 to 65535. */
  readonly port: number;
  readonly entries: readonly DesiredEntry[];
  /** Seconds, 0 to 2147483647; default 3600. */
  readonly ttl?: number;
  /** `keep` (default): a set that is there already keeps its TTL. `enforce`: the whole set gets ours. */
  readonly ttlPolicy?: TtlPolicy;
  /** Records of ours at this port are replaced too: the service has moved from it to `port`. */
  readonly replacePort?: number;
  /** false: publishing is switched off (kms P-04), nothing is desired. Default true. */
  readonly enabled?: boolean;
  /**
   * true: the host is being taken out of service. A record of its own that is there gets a priority worse than every other of its name;
   * where there is none, none is added. Default false.
   */
  readonly draining?: boolean;
}

/** A domain to publish in, with this host's numbers there (kms P-08). */
export interface DesiredEntry {
  readonly domain: DomainName;
  /** 0 to 65535, the smallest is asked first. */
  readonly priority: number;
  /** 0 to 65535, the share inside a priority. */
  readonly weight: number;
  /** What whoever made the list found out about this entry; goes into the report of its zone. */
  readonly findings?: readonly Finding[];
}

/** What becomes of the TTL of a set that is there: it stays, or the whole set gets ours (RFC 2181 section 5.2). */
export type TtlPolicy = 'keep' | 'enforce';

/** What one domain shall hold of this host: `record`, or with `present: false` nothing of its owner, target and port. */
export interface DesiredRecord {
  readonly domain: DomainName;
  readonly record: SrvRecord;
  readonly present: boolean;
  readonly ttlPolicy: TtlPolicy;
  readonly replacePort: number | undefined;
  /** Where this host's record of the same owner was before, as its journal knows (kms P-28): records there are ours too. */
  readonly formerly: readonly Endpoint[];
  /** What the journal was about to put there by an UPDATE of which nobody knows what became: it may still come (RFC 2136 section 7.8). */
  readonly inDoubt: readonly SrvRdata[];
  readonly draining: boolean;
  readonly findings: readonly Finding[];
}

/** What makes a record of an owner ours. */
export type Endpoint = Pick<SrvRdata, 'target' | 'port'>;

/**
 * From what a host wants to the record of each domain, in the order of the entries; equal entries count once. Nothing when publishing
 * is switched off. Throws `TypeError` or `RangeError` for a value that no SRV record can have, and for a domain with two sets of numbers;
 * `ParseError` for a domain that is too long with the service in front.
 */
export function desiredRecords(desired: Desired): readonly DesiredRecord[] {
  const service = parseService(desired.service);
  checkNumbers(desired);
  if (desired.enabled === false) return [];
  const records = new Map<string, DesiredRecord>();
  for (const entry of desired.entries) {
    const wanted = recordOf(service, desired, entry);
    const earlier = records.get(entry.domain.key);
    if (earlier !== undefined && !sameNumbers(earlier.record.rdata, wanted.record.rdata)) {
      throw new TypeError(`${entry.domain.toString()} is listed twice with different priority or weight: list it once`);
    }
    if (earlier === undefined) records.set(entry.domain.key, wanted);
  }
  return [...records.values()];
}

/** The same identity with nothing desired: everything this host has there goes (kms P-27). */
export function withdrawn(desired: DesiredRecord): DesiredRecord {
  return { ...desired, present: false };
}

/** `_service._proto` as a name. Throws `TypeError` for what is none. */
export function parseService(service: string): DomainName {
  // Two labels that begin with an underscore (RFC 2782). The final dot may be there.
  if (!/^_[^.\\]+\._[^.\\]+\.?$/.test(service)) {
    throw new TypeError(`${JSON.stringify(service)} is not a service name: write _service._proto, such as _vlmcs._tcp`);
  }
  return parseDomainName(service);
}

function recordOf(service: DomainName, desired: Desired, entry: DesiredEntry): DesiredRecord {
  checkRange('priority', entry.priority, 0, 65535, entry.domain);
  checkRange('weight', entry.weight, 0, 65535, entry.domain);
  const { port, target } = desired;
  return {
    domain: entry.domain,
    record: {
      name: ownerIn(entry.domain, service),
      type: 'SRV',
      class: 'IN',
      ttl: desired.ttl ?? DEFAULT_TTL,
      rdata: { type: 'SRV', priority: entry.priority, weight: entry.weight, port, target },
    },
    present: true,
    ttlPolicy: desired.ttlPolicy ?? 'keep',
    replacePort: desired.replacePort,
    formerly: [],
    inDoubt: [],
    draining: desired.draining ?? false,
    findings: entry.findings ?? [],
  };
}

function ownerIn(domain: DomainName, service: DomainName): DomainName {
  try {
    return service.under(domain);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const message = `${domain.toString()} is too long: with ${service.toString()} in front it has more than 255 octets`;
    throw new ParseError(error.code, message, { cause: error });
  }
}

function checkNumbers(desired: Desired): void {
  if (desired.target.isRoot) throw new TypeError('the target is ".", which says that the service is not available: name the host');
  checkRange('port', desired.port, 1, 65535, desired.target);
  checkRange('ttl', desired.ttl ?? DEFAULT_TTL, 0, 0x7fff_ffff, desired.target);
  if (desired.replacePort === undefined) return;
  checkRange('replacePort', desired.replacePort, 0, 65535, desired.target);
  if (desired.replacePort === desired.port)
    throw new RangeError(`${desired.target.toString()} replacePort is the port itself: name the old one`);
}

function checkRange(what: string, value: number, least: number, most: number, subject: DomainName): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${subject.toString()} ${what} is ${value}: it must be a whole number from ${least} to ${most}`);
}

function sameNumbers(a: SrvRdata, b: SrvRdata): boolean {
  return a.priority === b.priority && a.weight === b.weight;
}
