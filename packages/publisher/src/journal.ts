import { ParseError, parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { isRecord, parseJson } from './json-value.ts';

/** One record that this publisher put, or is about to put, into DNS (kms P-28). */
export interface JournalEntry {
  readonly domain: DomainName;
  readonly owner: DomainName;
  readonly target: DomainName;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
  /** null: it was not known yet. */
  readonly zone: DomainName | null;
  /** When it was written down, epoch ms. */
  readonly at: number;
  /** `intended`: an UPDATE was about to be sent, and nobody knows what became of it. `published`: the zone was seen to hold it. */
  readonly state: 'intended' | 'published';
}

/**
 * What a publisher remembers of its own records between runs. Each owner's entries are replaced as a whole, and are on stable storage when
 * the promise resolves: the intention is there before the UPDATE goes out, so that a crash at any moment is cleaned up later.
 */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Rejects with `JournalError` when it cannot be kept. */
  replace(owner: DomainName, entries: readonly JournalEntry[]): Promise<void>;
}

/** A journal that cannot be used. `code` is the contract; the message names the file and the remedy. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** `LOCKED`: another process uses it. `LOST`: another has taken it meanwhile. `UNSAFE`: others than its owner may write to it. */
export type JournalErrorCode = 'LOCKED' | 'LOST' | 'UNSAFE' | 'NOT_A_FILE' | 'NOT_READABLE' | 'NOT_WRITABLE';

/** A journal that lasts as long as the process. */
export function memoryJournal(initial: readonly JournalEntry[] = []): Journal {
  let entries = initial;
  return {
    get entries() {
      return entries;
    },
    replace: (owner, next) => {
      entries = replaceOwner(entries, owner, next);
      return Promise.resolve();
    },
  };
}

/** The entries with those of one owner replaced. */
export function replaceOwner(all: readonly JournalEntry[], owner: DomainName, next: readonly JournalEntry[]): readonly JournalEntry[] {
  return [...all.filter((entry) => !entry.owner.equals(owner)), ...next];
}

const MOST_ENTRIES = 10_000;

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
