import { createHash } from 'node:crypto';
import { formatRecord, formatZone, ParseError, parseDomainName, parseRecord } from '@srvkit/dns';
import type { ResourceRecord } from '@srvkit/dns';
import { isNewerSerial } from '../zone/serial.ts';
import { zoneFromRecords } from '../zone/zone-from-records.ts';
import type { Zone } from '../zone/zone.ts';
import { ZoneJournalError } from './zone-journal-error.ts';
import { formatLine, readLines } from './journal-lines.ts';
import { applyChange } from './zone-change.ts';
import type { ZoneChange } from './zone-change.ts';

const WHAT = 'srvkit zone journal';

/** The first line of a journal: what it goes on from. */
interface JournalHead {
  readonly what: typeof WHAT;
  readonly v: 1;
  readonly zone: string;
  /** A hash of the master file's records: whether it is still the same file. */
  readonly master: string;
  /** The zone to begin with; null: that of the master file. */
  readonly records: readonly string[] | null;
}

/** What a journal makes of the zone of its master file. */
export type ReadJournal =
  /** `length`: octets that are whole, behind which it goes on; `base` of them are what it began with. */
  | { readonly kind: 'goes-on'; readonly zone: Zone; readonly length: number; readonly base: number }
  /** The master file was changed and is newer: it counts, and the journal is set aside. */
  | { readonly kind: 'outdated'; readonly serial: number };

/** The first line of a new journal. With `current`, it begins with that zone: all changes until now are in it. */
export function formatHead(master: Zone, current?: Zone): string {
  const records = current === undefined ? null : [...current.records()].map(formatRecord);
  const head: JournalHead = { what: WHAT, v: 1, zone: master.origin.toString(), master: hashOf(master), records };
  return formatLine(head);
}

/** The line of one change. */
export function formatChange({ before, after, names, records }: ZoneChange): string {
  return formatLine({ before, after, names: names.map(String), records: records.map(formatRecord) });
}

/**
 * Plays a journal over the zone of its master file. A master file that was changed counts from then on if its serial is newer than all that
 * the journal holds; otherwise nobody can tell which of them is meant. Throws `ZoneJournalError` that names file, octet and remedy; `file` is only
 * for messages.
 */
export function readJournal(bytes: Uint8Array, master: Zone, file: string): ReadJournal {
  const { values, firstLength: base, length, damagedAt } = readLines(bytes);
  if (damagedAt !== undefined) throw damaged(file, `the entry at octet ${damagedAt}`);
  const [first, ...changes] = values;
  if (first === undefined) {
    // Killed before the first line was whole: nothing was acknowledged. More octets than that line has: there were entries, and they are gone.
    if (bytes.length > Buffer.byteLength(formatHead(master))) throw damaged(file, 'the first entry');
    return { kind: 'goes-on', zone: master, length: 0, base };
  }
  const head = readHead(first);
  if (head === undefined) throw damaged(file, 'the first entry');
  if (head.zone !== master.origin.toString())
    throw new ZoneJournalError(
      'OTHER_ZONE',
      `${file}: the journal of ${head.zone}, not of ${master.origin.toString()}; give each server a folder of its own`,
    );
  const isSame = head.master === hashOf(master);
  const { records } = head;
  let zone = records === null ? master : reading(file, 'the first entry', () => zoneFromRecords(recordsOf(records)));
  // Changes to a file that is no longer there cannot be played; the serial at their end tells which of them is newer.
  const last = changes.length === 0 ? undefined : reading(file, 'the last entry', () => readChange(changes.at(-1)).after);
  if (!isSame) {
    const serial = last ?? (records === null ? undefined : zone.serial);
    if (serial === undefined || isNewerSerial(master.serial, serial)) return { kind: 'outdated', serial: serial ?? master.serial };
    throw new ZoneJournalError(
      'OTHER_MASTER',
      `${file}: goes on from another master file than this one, to serial ${serial}, and the file has ${master.serial}: raise its serial beyond that if it shall count, or delete the journal`,
    );
  }
  for (const [index, value] of changes.entries()) zone = reading(file, `entry ${index + 2}`, () => applyChange(zone, readChange(value)));
  return { kind: 'goes-on', zone, length, base };
}

function readHead(value: unknown): JournalHead | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { what, v, zone, master, records } = value as Record<string, unknown>;
  if (what !== WHAT || v !== 1 || typeof zone !== 'string' || typeof master !== 'string') return undefined;
  return records === null || isTexts(records) ? { what, v, zone, master, records } : undefined;
}

function readChange(value: unknown): ZoneChange {
  const { before, after, names, records } = (value ?? {}) as Record<string, unknown>;
  if (typeof before !== 'number' || typeof after !== 'number' || !isTexts(names) || !isTexts(records))
    throw new RangeError('it is no change of a zone');
  return { before, after, names: names.map((name) => parseDomainName(name)), records: recordsOf(records) };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function recordsOf(lines: readonly string[]): readonly ResourceRecord[] {
  return lines.map((line) => parseRecord(line));
}

function reading<T>(file: string, where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParseError || error instanceof RangeError) throw damaged(file, where, error);
    throw error;
  }
}

function damaged(file: string, where: string, cause?: Error): ZoneJournalError {
  const why = cause === undefined ? '' : ` (${cause.message})`;
  const message = `${file}: damaged, ${where} is not as it was written${why}; restore it from a copy, or move it away to begin with the master file`;
  return new ZoneJournalError('DAMAGED', message, { cause });
}

function hashOf(master: Zone): string {
  return createHash('sha256')
    .update(formatZone([...master.records()]))
    .digest('hex');
}
