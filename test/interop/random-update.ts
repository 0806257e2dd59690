import { formatRecord, makeUpdate, parseDomainName, parseRecord } from '@srvkit/dns';
import type { DomainName, Message, Prerequisite, RecordType, ResourceRecord, UpdateOperation } from '@srvkit/dns';
import type { Random } from '@srvkit/selection';

/** The zone they are about. */
export const APEX: DomainName = parseDomainName('east.contoso.com');

/** An UPDATE about a few names, types and values, so that it often meets what others have left. */
export function randomUpdate(random: Random): Message {
  const prerequisites = Array.from({ length: Math.max(0, random.below(5) - 2) }, () => randomPrerequisite(random));
  const operations = Array.from({ length: 1 + random.below(4) }, () => randomOperation(random));
  const update = makeUpdate({ id: 0, zone: APEX, prerequisites, operations });
  return { ...update, answer: distinct(update.answer) };
}

/**
 * An UPDATE with a record that no zone should take, a prerequisite or one of the updates, then without prerequisites: RFC 2136 section 3
 * looks at these first, BIND at the updates.
 */
export function wrongUpdate(random: Random): Message {
  const section = one(random, ['answer', 'authority'] as const);
  const prerequisites = section === 'answer' ? [randomPrerequisite(random)] : [];
  const operations = Array.from({ length: 1 + random.below(3) }, () => randomOperation(random));
  const update = makeUpdate({ id: 0, zone: APEX, prerequisites, operations });
  const at = random.below(update[section].length);
  const record = update[section][at]!;
  const wrong = one<ResourceRecord>(random, [
    { ...record, ttl: 1 },
    { ...record, class: 'CH' },
    { ...record, class: 'NONE' },
    { ...record, class: 'ANY' },
    { ...record, name: parseDomainName('a.west.contoso.com') },
    ...(section === 'answer' ? [] : NO_UPDATES.map((change) => ({ ...record, ...change }))),
  ]);
  return { ...update, [section]: update[section].with(at, wrong) };
}

const NO_UPDATES: readonly Partial<ResourceRecord>[] = [
  { type: 'ANY', rdata: { type: 'EMPTY' } },
  { type: 'AXFR', rdata: { type: 'EMPTY' } },
  { rdata: { type: 'EMPTY' } },
];

function randomPrerequisite(random: Random): Prerequisite {
  const name = parseDomainName(one(random, NAMES));
  const type = one(random, TYPES);
  return one<Prerequisite>(random, [
    { kind: 'nameInUse', name },
    { kind: 'nameNotInUse', name },
    { kind: 'rrsetExists', name, type },
    { kind: 'rrsetAbsent', name, type },
    { kind: 'rrsetEquals', records: Array.from({ length: 1 + random.below(2) }, () => randomRecord(random, name.toString())) },
  ]);
}

// A record that two prerequisites name counts twice for BIND, though RFC 2136 section 3.2.3 speaks of sets.
function distinct(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  return [...new Map(records.map((record) => [formatRecord({ ...record, ttl: 0 }).toLowerCase(), record])).values()];
}

function randomOperation(random: Random): UpdateOperation {
  const record = randomRecord(random, one(random, NAMES));
  const { name, type } = record;
  return one<UpdateOperation>(random, [
    { kind: 'add', record },
    { kind: 'add', record },
    { kind: 'add', record },
    { kind: 'deleteRecord', record },
    { kind: 'deleteRRset', name, type },
    { kind: 'deleteName', name },
  ]);
}

function randomRecord(random: Random, owner: string): ResourceRecord {
  return parseRecord(`${owner} ${one(random, [60, 120])} IN ${one(random, RDATA)}`);
}

const NAMES = ['east.contoso.com.', 'a.east.contoso.com.', 'b.a.east.contoso.com.', '_vlmcs._tcp.east.contoso.com.'];
const RDATA = [
  'A 192.0.2.1',
  'A 192.0.2.2',
  'TXT "one"',
  'TXT "ONE"',
  'SRV 10 75 1688 a.east.contoso.com.',
  'SRV 10 75 1688 A.EAST.contoso.com.',
  'SRV 20 0 1688 a.east.contoso.com.',
  'CNAME a.east.contoso.com.',
  'CNAME b.a.east.contoso.com.',
  'NS dns1.east.contoso.com.',
  'NS dns2.east.contoso.com.',
  'SOA dns1.east.contoso.com. hostmaster.east.contoso.com. 1 900 600 86400 60',
  'SOA dns1.east.contoso.com. other.east.contoso.com. 4000 900 600 86400 30',
  'TYPE65280 \\# 2 beef',
];
const TYPES: readonly RecordType[] = ['A', 'TXT', 'SRV', 'CNAME', 'NS', 'SOA', 'TYPE65280'];

function one<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)] as T;
}
