import { ParseError, parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import type { JournalEntry } from './journal.ts';

/** As it is in the file: JSON that ends in a newline, names as text. */
export function formatJournal(entries: readonly JournalEntry[]): string {
  const records = entries.map(({ domain, owner, target, port, priority, weight, zone, at, state }) => ({
    domain: domain.toString(),
    owner: owner.toString(),
    target: target.toString(),
    port,
    priority,
    weight,
    zone: zone?.toString() ?? null,
    at,
    state,
  }));
  return `${JSON.stringify({ v: 1, records }, undefined, 2)}\n`;
}

/** What a journal's text says. `damage` is a sentence; the entries are those that can be believed. */
export interface ParsedJournal {
  readonly entries: readonly JournalEntry[];
  readonly damage: string | undefined;
  /** Zeros behind the end, which a power failure may leave there and which mean nothing. */
  readonly zeros: number;
}

/** Reads what may have been damaged or made up. */
export function parseJournal(text: string): ParsedJournal {
  let end = text.length;
  while (text[end - 1] === '\0') end -= 1;
  return { ...parseWhole(text.slice(0, end)), zeros: text.length - end };
}

const MOST_ENTRIES = 10_000;

function parseWhole(text: string): Omit<ParsedJournal, 'zeros'> {
  const value = parseJson(text);
  if (!isRecord(value)) return { entries: [], damage: 'it is no JSON object' };
  const { v, records } = value;
  if (v !== 1) return { entries: [], damage: 'it is of another version' };
  if (!Array.isArray(records) || records.length > MOST_ENTRIES) return { entries: [], damage: 'it has no list of records' };
  const parsed = records.map(parseEntry);
  const entries = parsed.filter((entry) => entry !== undefined);
  const bad = parsed.findIndex((entry) => entry === undefined);
  return { entries, damage: bad === -1 ? undefined : `record ${bad + 1} is none that a publisher writes` };
}

function parseEntry(value: unknown): JournalEntry | undefined {
  if (!isRecord(value)) return undefined;
  const { port, priority, weight, at, state } = value;
  const [domain, owner, target] = [parseName(value['domain']), parseName(value['owner']), parseName(value['target'])];
  const zone = value['zone'] === null ? null : parseName(value['zone']);
  if (domain === undefined || owner === undefined || target === undefined || zone === undefined) return undefined;
  if (!isOwnerIn(owner, domain) || target.isRoot || (zone !== null && !owner.isWithin(zone))) return undefined;
  if (!isWhole(port, 1, 65_535) || !isWhole(priority, 0, 65_535) || !isWhole(weight, 0, 65_535)) return undefined;
  if (!isWhole(at, 0, Number.MAX_SAFE_INTEGER) || (state !== 'intended' && state !== 'published')) return undefined;
  return { domain, owner, target, port, priority, weight, zone, at, state };
}

/** `_service._proto` in front of the domain (RFC 2782). */
function isOwnerIn(owner: DomainName, domain: DomainName): boolean {
  return /^_[^.\\]+\._[^.\\]+\./.test(owner.toString()) && owner.parent()?.parent()?.equals(domain) === true;
}

function parseName(value: unknown): DomainName | undefined {
  if (typeof value !== 'string' || value.length > 1024) return undefined;
  try {
    return parseDomainName(value);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;
}

/** What a text says as JSON; undefined when it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // whatever is wrong with it, it says nothing
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
