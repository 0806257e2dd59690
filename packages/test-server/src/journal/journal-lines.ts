import { createHash } from 'node:crypto';

const NEWLINE = 0x0a;
const HEAD = /^(\d{1,9}) ([0-9a-f]{16}) /;
const HEAD_OCTETS = 28;

/** What the octets of a journal say, up to where they are whole. */
export interface JournalLines {
  /** The JSON of each line. */
  readonly values: readonly unknown[];
  /** Octets of the first line; 0 without one. */
  readonly firstLength: number;
  /** Octets that belong to whole lines. Behind them is at most a line that was not written to its end, and was never acknowledged. */
  readonly length: number;
  /** Where a line begins that was written to its end and is not as it was written; undefined when there is none. */
  readonly damagedAt: number | undefined;
}

/** One line: how many octets of JSON, a checksum of them, and the JSON itself. */
export function formatLine(value: unknown): string {
  const json = JSON.stringify(value);
  return `${Buffer.byteLength(json)} ${checksum(Buffer.from(json))} ${json}\n`;
}

/** Reads lines until one is damaged, or is the torn end that a killed writer or a power failure leaves: the one line without its line feed. */
export function readLines(bytes: Uint8Array): JournalLines {
  const values: unknown[] = [];
  let [at, firstLength] = [0, 0];
  while (at < bytes.length) {
    const line = readLine(bytes, at);
    if (line === undefined) return { values, firstLength, length: at, damagedAt: isTorn(bytes.subarray(at)) ? undefined : at };
    values.push(line.value);
    at = line.end;
    if (values.length === 1) firstLength = at;
  }
  return { values, firstLength, length: at, damagedAt: undefined };
}

function readLine(bytes: Uint8Array, at: number): { readonly value: unknown; readonly end: number } | undefined {
  const [head, length, sum] = HEAD.exec(Buffer.from(bytes.subarray(at, at + HEAD_OCTETS)).toString('latin1')) ?? [];
  if (head === undefined) return undefined;
  const start = at + head.length;
  const end = start + Number(length);
  const json = Buffer.from(bytes.subarray(start, end));
  if (bytes[end] !== NEWLINE || checksum(json) !== sum) return undefined;
  return { value: JSON.parse(json.toString('utf8')), end: end + 1 };
}

/**
 * Whether this is the beginning of a line that was not written to its end: shorter than it says, and without a line feed. A power failure may
 * leave zeros where the rest of it, or all of it, was about to be.
 */
function isTorn(rest: Uint8Array): boolean {
  if (rest.includes(NEWLINE)) return false;
  const written = rest.subarray(0, rest.findLastIndex((octet) => octet !== 0) + 1);
  const [head, length] = HEAD.exec(Buffer.from(written.subarray(0, HEAD_OCTETS)).toString('latin1')) ?? [];
  return head === undefined ? written.length < HEAD_OCTETS : written.length < head.length + Number(length) + 1;
}

// A checksum against accidents: the folder is as trusted as the master files.
function checksum(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex').slice(0, 16);
}
