import { encodeRdata } from '@srvkit/dns';
import type { DomainName, Message, Question, Rcode, ResourceRecord, SoaRdata } from '@srvkit/dns';
import { followAliases } from './alias-chain.ts';
import type { AliasChain } from './alias-chain.ts';
import { sift } from './dropped-record.ts';
import type { DroppedRecord, DropReason } from './dropped-record.ts';
import { firstInOrder, usableSrvSet } from './srv-set.ts';

import type { TargetPolicy } from './target-policy.ts';
import type { Warning } from './warning.ts';

/** Kept of one RRset unless told otherwise (design.md section 4, "hostile answers"). */
const MAX_RECORDS = 100;
const DNAME = 'TYPE39';
const MAX_NEGATIVE_TTL = 10_800; // RFC 2308 section 5: three hours

interface AnswerBase {
  /** The alias names passed on the way, the name asked for first; empty when it is no alias. */
  readonly chain: readonly DomainName[];
  readonly dropped: readonly DroppedRecord[];
  readonly warnings: readonly Warning[];
}

/** What one response says about one question. Times in seconds. */
export type Answer =
  | (AnswerBase & {
      readonly kind: 'records';
      /** Of the type asked for, owned by the end of the alias chain; in the order of the response. */
      readonly records: readonly ResourceRecord[];
      /** Addresses of this set's own targets (srv A8). Good for this set only, never answers of their own. */
      readonly additional: readonly ResourceRecord[];
      readonly ttl: number;
    })
  /** The only target is ".": the service is decidedly not here (RFC 2782). */
  | (AnswerBase & { readonly kind: 'unavailable'; readonly ttl: number })
  /** `ttl` is null without an SOA: then nobody said how long that holds (RFC 2308 section 5). */
  | (AnswerBase & {
      readonly kind: 'nodata' | 'nxdomain';
      readonly ttl: number | null;
      readonly soa: ResourceRecord<SoaRdata> | null;
    })
  /** The response ends in a name it says nothing about: that name has to be asked for. */
  | (AnswerBase & { readonly kind: 'alias'; readonly target: DomainName; readonly ttl: number })
  | (AnswerBase & { readonly kind: 'failed'; readonly why: AnswerFailure });

/** How a response is to be read. */
export interface AnswerOptions {
  /** Kept of one RRset. Default 100. */
  readonly maxRecords?: number;
  readonly targets?: TargetPolicy;
}

/** `refused`: RCODE REFUSED. `rcode`: any other RCODE that is no answer. `referral`: the server knows somebody who might know. */
export type AnswerFailure = 'servfail' | 'refused' | 'rcode' | 'referral' | 'alias-loop';

/**
 * What a response that matches the question says (srv M7, M8, A1 to A8). Pure: a failure is never taken for "no records", records of
 * foreign owners are dropped and reported, NODATA and NXDOMAIN are told apart.
 */
export function interpretResponse(question: Question, message: Message, options: AnswerOptions = {}): Answer {
  const failure = failureOf(message.rcode);
  if (failure !== undefined) return { kind: 'failed', why: failure, chain: [], dropped: [], warnings: [] };
  const chain = withNameOf(message, followAliases(question, message.answer));
  if (chain.kind === 'loop') return { kind: 'failed', why: 'alias-loop', chain: chain.passed, dropped: [], warnings: [] };
  const passed = chain.passed;
  const dropped: DroppedRecord[] = [];
  const found = sift(message.answer, (record) => whyNotAsked(question, chain, record), dropped);
  if (message.rcode === 'NXDOMAIN' || found.length === 0) return negativeAnswer(question, message, chain, dropped);
  const ttl = Math.min(chain.ttl, leastTtl(found));
  const { maxRecords = MAX_RECORDS, targets = {} } = options;
  const noted: Warning[] = [];
  const { records, unavailable } =
    question.type === 'SRV'
      ? usableSrvSet(found, { maxRecords, targets }, { dropped, warnings: noted })
      : usableSet(found, maxRecords, dropped);
  const warnings = warningsOf(question, found, dropped);
  warnings.push(...noted);
  if (unavailable) return { kind: 'unavailable', ttl, chain: passed, dropped, warnings };
  if (records.length === 0) return { kind: 'nodata', ttl, soa: null, chain: passed, dropped, warnings };
  return { kind: 'records', records, additional: glue(records, message.additional), ttl, chain: passed, dropped, warnings };
}

/** Ends in the very object that a response has for the name it repeats: its records share that, so that octets need not be compared. */
function withNameOf({ question: [repeated] }: Message, chain: AliasChain): AliasChain {
  return repeated?.name.equals(chain.end) === true ? { ...chain, end: repeated.name } : chain;
}

function failureOf(rcode: Rcode): AnswerFailure | undefined {
  if (rcode === 'NOERROR' || rcode === 'NXDOMAIN') return undefined;
  if (rcode === 'SERVFAIL') return 'servfail';
  return rcode === 'REFUSED' ? 'refused' : 'rcode';
}

/** Why a record of the answer section is not part of the answer; `link` for the aliases that lead there, undefined when it is. */
function whyNotAsked(question: Question, chain: AliasChain, record: ResourceRecord): DropReason | 'link' | undefined {
  if (record.class !== question.class) return 'other-class';
  if (record.name.equals(chain.end)) {
    if (record.type !== question.type && question.type !== 'ANY') return 'other-type';
    return record.rdata.type === 'EMPTY' ? 'empty-rdata' : undefined;
  }
  return isLink(record, chain.passed) ? 'link' : 'foreign-owner';
}

/** An alias that was followed, or the DNAME from which a server made it (RFC 6672 section 3.1). */
function isLink({ type, name }: ResourceRecord, passed: readonly DomainName[]): boolean {
  if (type === DNAME) return passed.some((alias) => alias.isWithin(name) && !alias.equals(name));
  return type === 'CNAME' && passed.some((alias) => alias.equals(name));
}

/**
 * NXDOMAIN is about the end of the chain (RFC 6604 section 3). NODATA is told by an SOA or by silence; name servers without an SOA are
 * a referral (RFC 2308 section 2.2), an alias without either has to be followed (srv M8).
 */
function negativeAnswer(question: Question, message: Message, chain: AliasChain, dropped: DroppedRecord[]): Answer {
  const soa = soaOf(message, chain.end);
  const base = { chain: chain.passed, dropped, warnings: warningsOf(question, [], dropped) };
  const ttl = soa === null ? null : Math.min(chain.ttl, soa.ttl, soa.rdata.minimum, MAX_NEGATIVE_TTL);
  if (message.rcode === 'NXDOMAIN') return { kind: 'nxdomain', ttl, soa, ...base };
  if (soa === null && chain.passed.length > 0) return { kind: 'alias', target: chain.end, ttl: chain.ttl, ...base };
  if (soa === null && message.authority.some((record) => record.type === 'NS')) return { kind: 'failed', why: 'referral', ...base };
  return { kind: 'nodata', ttl, soa, ...base };
}

function soaOf(message: Message, name: DomainName): ResourceRecord<SoaRdata> | null {
  for (const record of message.authority) {
    const { rdata } = record;
    if (rdata.type === 'SOA' && record.class === 'IN' && name.isWithin(record.name)) return { ...record, rdata };
  }
  return null;
}

function usableSet(found: readonly ResourceRecord[], maxRecords: number, dropped: DroppedRecord[]): ReturnType<typeof usableSrvSet> {
  return { records: firstInOrder(found, maxRecords, compareRdata, dropped), unavailable: false };
}

/** RFC 2181 section 5.2: an RRset lives as long as the first of its records to go. */
function leastTtl(records: readonly ResourceRecord[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { ttl } of records) if (ttl < least) least = ttl;
  return least;
}

function compareRdata(a: ResourceRecord, b: ResourceRecord): number {
  return Buffer.compare(encodeRdata(a.rdata), encodeRdata(b.rdata));
}

function glue(records: readonly ResourceRecord[], additional: readonly ResourceRecord[]): ResourceRecord[] {
  return additional.filter(({ name, class: recordClass, rdata }) => {
    return (rdata.type === 'A' || rdata.type === 'AAAA') && recordClass === 'IN' && isTarget(name, records);
  });
}

function isTarget(name: DomainName, records: readonly ResourceRecord[]): boolean {
  // Where a server compresses names, as most do, the target and the owner of its address are one object.
  for (const { rdata } of records) if ((rdata.type === 'SRV' || rdata.type === 'NS') && rdata.target === name) return true;
  for (const { rdata } of records) if ((rdata.type === 'SRV' || rdata.type === 'NS') && rdata.target.equals(name)) return true;
  return false;
}

const REASONS: Readonly<Record<DropReason, string>> = {
  'foreign-owner': 'owned by another name than the one asked for',
  'other-type': 'of another type than asked for',
  'other-class': 'of another class than asked for',
  'empty-rdata': 'without RDATA',
  'root-target': 'with the target "." beside real ones: "." must stand alone (RFC 2782)',
  'port-zero': 'with port 0',
  'address-target': 'with an IP address as target: a target is a name with A or AAAA records',
  duplicate: 'twice in the set',
  merged: 'with the same target, port and priority as another: weights were added',
  'worse-priority': 'with a target and port that another record has at a better priority',
  'over-limit': 'beyond the number of records kept of one set',
};

function warningsOf(question: Question, set: readonly ResourceRecord[], dropped: readonly DroppedRecord[]): Warning[] {
  const warnings: Warning[] = [];
  if (set.some((record) => record.ttl !== set[0]?.ttl))
    warnings.push({
      code: 'unequal-ttls',
      message: `${question.name.toString()} ${question.type}: the TTLs of one set differ, the least one counts`,
    });
  if (dropped.length === 0) return warnings;
  const counts = new Map<DropReason, number>();
  for (const { why } of dropped) counts.set(why, (counts.get(why) ?? 0) + 1);
  for (const [why, count] of counts) {
    if (why === 'duplicate' || why === 'other-type') continue;
    const records = count === 1 ? 'a record' : `${count} records`;
    warnings.push({ code: why, message: `${question.name.toString()} ${question.type}: dropped ${records} ${REASONS[why]}` });
  }
  return warnings;
}
