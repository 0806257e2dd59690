import type { DomainName, Message, RecordType } from '@srvkit/dns';
import type { ExchangeOutcome } from '@srvkit/dns-client';
import { ask } from './ask.ts';
import type { AskOptions } from './ask.ts';
import type { Failure } from './failure.ts';
import type { SrvRecord } from './plan/desired.ts';
import type { CurrentSet } from './plan/zone-plan.ts';
import type { Trail } from './trail.ts';

/** What one server holds of a zone right now. */
export interface ZoneReading {
  readonly current: CurrentSet;
  /** The DNAME above the owner that makes its alias (RFC 6672), if any. Whatever is put below one is hidden. */
  readonly dname: DomainName | undefined;
  /** Records that only cover the owner because nothing is there (RFC 4592); none of them is in `current`. */
  readonly wildcard: readonly SrvRecord[];
  /** null: the server did not say. */
  readonly serial: number | null;
}

export interface ReadingOptions extends AskOptions {
  readonly zone: DomainName;
}

/**
 * Asks the server itself, over TCP, for the serial and for the records at an owner name. Its answer about the records counts only with
 * authority (AA): a cache would show what was there before.
 */
export async function readZone(
  owner: DomainName,
  options: ReadingOptions,
  trail: Trail,
): Promise<ZoneReading | { readonly failure: Failure }> {
  const soa = await read(options.zone, 'SOA', options, trail);
  if ('failure' in soa) return soa;
  const set = await read(owner, 'SRV', options, trail);
  if ('failure' in set) return set;
  return { current: currentSet(owner, set), dname: dnameAbove(owner, set), wildcard: [], serial: serialOf(options.zone, soa) };
}

/** Only the records at a name. */
export async function readSet(
  name: DomainName,
  options: ReadingOptions,
  trail: Trail,
): Promise<CurrentSet | { readonly failure: Failure }> {
  const set = await read(name, 'SRV', options, trail);
  return 'failure' in set ? set : currentSet(name, set);
}

async function read(
  name: DomainName,
  type: RecordType,
  options: ReadingOptions,
  trail: Trail,
): Promise<Message | { readonly failure: Failure }> {
  const outcome = await ask({ name, type, class: 'IN' }, options);
  const failure = failureOf(outcome);
  if (failure === undefined && outcome.kind !== 'failed') return outcome.message;
  trail.exchange(outcome);
  return { failure: failure ?? { kind: 'no-answer', server: options.server, why: 'garbage' } };
}

function failureOf(outcome: ExchangeOutcome): Failure | undefined {
  const { server } = outcome;
  if (outcome.kind === 'failed') return { kind: 'no-answer', server, why: outcome.why };
  const { rcode, message } = outcome;
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return { kind: 'query', server, rcode };
  return message.authoritative ? undefined : { kind: 'not-authoritative', server };
}

/** The SRV records of exactly this owner, or its alias; what an alias leads to is another name's. */
function currentSet(owner: DomainName, { answer }: Message): CurrentSet {
  const own = answer.filter(({ name, class: recordClass }) => recordClass === 'IN' && name.equals(owner));
  return {
    records: own.flatMap((record) => (record.rdata.type === 'SRV' ? [{ ...record, rdata: record.rdata }] : [])),
    alias: own.flatMap(({ rdata }) => (rdata.type === 'CNAME' ? [rdata.target] : []))[0],
  };
}

function dnameAbove(owner: DomainName, { answer }: Message): DomainName | undefined {
  return answer.find(({ name, type }) => type === DNAME && owner.isWithin(name) && !owner.equals(name))?.name;
}

/** RFC 6672 section 2.1; the codec has no name for it. */
const DNAME = 'TYPE39';

function serialOf(zone: DomainName, { answer }: Message): number | null {
  const soa = answer.find(({ name, rdata }) => rdata.type === 'SOA' && name.equals(zone));
  return soa?.rdata.type === 'SOA' ? soa.rdata.serial : null;
}
