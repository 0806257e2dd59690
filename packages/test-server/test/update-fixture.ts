import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { formatRecord, makeUpdate, parseRecord } from '@srvkit/dns';
import type { Message, Prerequisite, Rcode, RecordType, UpdateOperation } from '@srvkit/dns';
import { applyUpdate, parseZone } from '../src/zone/index.ts';
import type { Zone } from '../src/zone/index.ts';
import { name } from './sample-zone.ts';

/**
 * A zone before, an UPDATE, what comes of it. Zones are master-file lines below example.org., updates the words of nsupdate
 * (`prereq nxdomain a`, `update add a 300 A 192.0.2.1`, `update delete a A`), names relative to example.org.
 */
export interface UpdateFixture {
  readonly title: string;
  readonly zone: readonly string[];
  readonly update: readonly string[];
  readonly rcode: Rcode;
  readonly after: readonly string[] | 'unchanged';
}

/** The fixtures of `fixtures/updates/FILE.json`. */
export function readFixtures(file: string): UpdateFixture[] {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/updates/${file}.json`, import.meta.url), 'utf8')) as UpdateFixture[];
}

/** Applies the update and compares. */
export function checkFixture(t: ExecutionContext, fixture: UpdateFixture): void {
  const before = zoneOf(fixture.zone);
  const outcome = applyUpdate(before, updateOf(fixture.update));
  t.is(outcome.rcode, fixture.rcode);
  t.is(outcome.changed, fixture.after !== 'unchanged');
  if (fixture.after === 'unchanged') t.is(outcome.zone, before);
  else t.deepEqual(lines(outcome.zone), lines(zoneOf(fixture.after)));
}

/** An UPDATE of example.org. in the words of nsupdate. */
export function updateOf(script: readonly string[]): Message {
  const prerequisites = script.filter((line) => line.startsWith('prereq ')).map((line) => prerequisiteOf(line.slice(7)));
  const operations = script.filter((line) => line.startsWith('update ')).map((line) => operationOf(line.slice(7)));
  if (prerequisites.length + operations.length !== script.length) throw new Error(`not nsupdate: ${script.join('; ')}`);
  return makeUpdate({ id: 1, zone: name('@'), prerequisites: joinSets(prerequisites), operations });
}

function prerequisiteOf(line: string): Prerequisite {
  const [kind, owner = '', type, ...rdata] = line.split(' ');
  if (kind === 'yxdomain') return { kind: 'nameInUse', name: name(owner) };
  if (kind === 'nxdomain') return { kind: 'nameNotInUse', name: name(owner) };
  if (kind === 'nxrrset') return { kind: 'rrsetAbsent', name: name(owner), type: type as RecordType };
  if (kind !== 'yxrrset') throw new Error(`not a prerequisite of nsupdate: ${line}`);
  if (rdata.length === 0) return { kind: 'rrsetExists', name: name(owner), type: type as RecordType };
  return { kind: 'rrsetEquals', records: [parseRecord(`${owner} 0 ${type} ${rdata.join(' ')}`, name('@'))] };
}

function operationOf(line: string): UpdateOperation {
  const [verb, owner = '', ...rest] = line.split(' ');
  if (verb === 'add') return { kind: 'add', record: parseRecord(`${owner} ${rest.join(' ')}`, name('@')) };
  if (verb !== 'delete') throw new Error(`not an update of nsupdate: ${line}`);
  const [type, ...rdata] = rest;
  if (type === undefined) return { kind: 'deleteName', name: name(owner) };
  if (rdata.length === 0) return { kind: 'deleteRRset', name: name(owner), type: type as RecordType };
  return { kind: 'deleteRecord', record: parseRecord(`${owner} 0 ${type} ${rdata.join(' ')}`, name('@')) };
}

// nsupdate writes a value-dependent prerequisite in one line a record; all of them together are the set.
function joinSets(prerequisites: readonly Prerequisite[]): Prerequisite[] {
  const records = prerequisites.flatMap((each) => (each.kind === 'rrsetEquals' ? each.records : []));
  const others = prerequisites.filter((each) => each.kind !== 'rrsetEquals');
  return records.length === 0 ? others : [...others, { kind: 'rrsetEquals', records }];
}

function zoneOf(lines: readonly string[]): Zone {
  return parseZone(lines.join('\n'), { origin: name('@') });
}

function lines(zone: Zone): string[] {
  return [...zone.records()].map((record) => formatRecord(record)).sort();
}
