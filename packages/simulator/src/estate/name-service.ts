import { queryName } from '@srvkit/discovery';
import type { LookupResult } from '@srvkit/discovery';
import { encodeMessage, makeMessage, parseDomainName } from '@srvkit/dns';
import type { DomainName, Message, ResourceRecord, SoaRdata, SrvRdata } from '@srvkit/dns';
import { desiredRecords, planZone, updateMessages, withdrawn } from '@srvkit/publisher/plan';
import type { Desired, DesiredRecord, SrvRecord } from '@srvkit/publisher/plan';
import { prepareSet } from '@srvkit/selection';
import type { Law } from '@srvkit/selection';
import { answerQuery, applyUpdate, findZone, zoneFromRecords } from '@srvkit/test-server/zone';
import type { Zone, Zones } from '@srvkit/test-server/zone';
import type { DnsScenario } from '../scenario/scenario.ts';
import { spellsAddress } from './spells-address.ts';
import { staticRecord } from '../scenario/static-record.ts';

/** What an SRV question is answered, with the seconds it may be kept. */
export interface NameAnswer {
  readonly result: LookupResult;
  readonly ttl: number;
  /** What question and answer carry over a network, headers of IPv4 and UDP included. */
  readonly octets: number;
}

/** What became of a record that a host wanted published. */
export interface PublishOutcome {
  readonly domain: DomainName;
  readonly outcome: 'changed' | 'unchanged' | 'no-zone' | 'not-applied';
}

/**
 * The authoritative side of DNS: zones as the test server has them, changed by the UPDATEs that the publisher plans. Every state is a value,
 * so that each site can be shown an older one.
 */
export class NameService {
  readonly #service: string;
  readonly #dns: Pick<DnsScenario, 'ttlSeconds' | 'ttlSecondsOf'>;
  #zones: Zones;
  readonly #answers = new WeakMap<Zones, Map<string, NameAnswer>>();

  constructor(service: string, origins: readonly string[], dns: Pick<DnsScenario, 'records' | 'ttlSeconds' | 'ttlSecondsOf'>) {
    this.#service = service;
    this.#dns = dns;
    this.#zones = zonesOf(
      origins.map((text) => parseDomainName(text)),
      dns.records.map((record) => staticRecord(record, service, this.#ttlOf(parseDomainName(record.domain)))),
    );
  }

  /** The zones as the primary has them now. A change makes another value. */
  get zones(): Zones {
    return this.#zones;
  }

  publish(desired: Desired): readonly PublishOutcome[] {
    return desiredRecords(desired).map((wanted) => {
      return this.#apply({ ...wanted, record: { ...wanted.record, ttl: this.#ttlOf(wanted.domain) } });
    });
  }

  /** Deletes what the target has in the domains of the entries, whatever its numbers. */
  withdraw(desired: Desired): readonly PublishOutcome[] {
    return desiredRecords(desired).map((record) => this.#apply(withdrawn(record)));
  }

  /** What a server that holds `zones` answers a question for the service in `domain`, drawn by `law`. */
  answer(zones: Zones, domain: DomainName, law: Law): NameAnswer {
    const key = `${law} ${domain.key}`;
    const known = this.#answers.get(zones) ?? new Map<string, NameAnswer>();
    this.#answers.set(zones, known);
    const answer = known.get(key) ?? ask(zones, queryName(this.#service, domain), law);
    known.set(key, answer);
    return answer;
  }

  #ttlOf(domain: DomainName): number {
    return this.#dns.ttlSecondsOf.get(domain.key) ?? this.#dns.ttlSeconds;
  }

  #apply(desired: DesiredRecord): PublishOutcome {
    const zone = findZone(this.#zones, desired.record.name);
    if (zone === undefined) return { domain: desired.domain, outcome: 'no-zone' };
    const records = (zone.rrset(desired.record.name, 'SRV')?.records ?? []).filter(isSrv);
    const plan = planZone({ records, alias: undefined }, desired);
    if (plan.outcome !== 'planned') return { domain: desired.domain, outcome: plan.outcome };
    const changed = updateMessages(plan, { zone: zone.origin, id: 0 }).reduce((before, update) => applyUpdate(before, update).zone, zone);
    this.#zones = new Map([...this.#zones, [zone.origin.key, changed]]);
    return { domain: desired.domain, outcome: 'changed' };
  }
}

function zonesOf(origins: readonly DomainName[], records: readonly SrvRecord[]): Zones {
  const empty = new Map(origins.map((origin) => [origin.key, zoneFromRecords([soaOf(origin)])]));
  const placed = records.map((record) => ({ record, zone: findZone(empty, record.name) }));
  const held = (zone: Zone): readonly SrvRecord[] => placed.flatMap((each) => (each.zone === zone ? [each.record] : []));
  return new Map([...empty].map(([key, zone]) => [key, zoneFromRecords([soaOf(zone.origin), ...held(zone)])]));
}

const HEADER_OCTETS = 28; // IPv4 and UDP

function ask(zones: Zones, name: DomainName, law: Law): NameAnswer {
  const query = makeMessage({ id: 0, question: [{ name, type: 'SRV', class: 'IN' }] });
  const reply = answerQuery(zones, query);
  const octets = encodeMessage(query).length + encodeMessage(reply).length + 2 * HEADER_OCTETS;
  return { ...readReply(reply, law), octets };
}

function readReply(reply: Message, law: Law): Omit<NameAnswer, 'octets'> {
  const records = reply.answer.filter(isSrv);
  const negativeTtl = reply.authority[0]?.ttl ?? 0;
  if (reply.rcode === 'NXDOMAIN') return { result: { kind: 'nxdomain' }, ttl: negativeTtl };
  if (reply.rcode !== 'NOERROR') return { result: { kind: 'failed', why: reply.rcode === 'REFUSED' ? 'refused' : 'servfail' }, ttl: 0 };
  const [first] = records;
  if (first === undefined) return { result: { kind: 'nodata' }, ttl: negativeTtl };
  if (records.every(({ rdata }) => rdata.target.isRoot)) return { result: { kind: 'unavailable' }, ttl: first.ttl };
  const set = prepareSet(records.map(({ rdata }) => rdata).filter(isUsable), law);
  if (set.size === 0) return { result: { kind: 'nodata' }, ttl: first.ttl };
  return { result: { kind: 'records', set }, ttl: first.ttl };
}

// As the resolver's client has it: such records are left out, whatever else the set holds (srv A5, A7).
function isUsable({ target, port }: SrvRdata): boolean {
  return !target.isRoot && port !== 0 && !spellsAddress(target);
}

function isSrv(record: ResourceRecord): record is SrvRecord {
  return record.rdata.type === 'SRV';
}

const NEGATIVE_SECONDS = 300;

function soaOf(origin: DomainName): ResourceRecord<SoaRdata> {
  const rdata: SoaRdata = {
    type: 'SOA',
    mname: parseDomainName('ns1', origin),
    rname: parseDomainName('root', origin), // no longer than a service: it fits below every domain that can be asked
    serial: 1,
    refresh: 3600,
    retry: 600,
    expire: 604_800,
    minimum: NEGATIVE_SECONDS,
  };
  return { name: origin, type: 'SOA', class: 'IN', ttl: 3600, rdata };
}
