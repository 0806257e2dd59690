import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../fixtures/messages');

/** Messages as real programs sent them, and what dnspython reads in them; see `fixtures/messages/describe.py`. */
export const GOLDEN: ReadonlyMap<string, Uint8Array> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.hex'))
    .map((file) => [file, octets(readFileSync(join(folder, file), 'utf8'))]),
);

export const EXPECTED: Readonly<Record<string, Expected>> = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  Expected
>;

export interface Expected {
  readonly id: number;
  readonly opcode: string;
  readonly rcode: number;
  readonly flags: readonly string[];
  readonly question: readonly { readonly name: string; readonly class: string; readonly type: string }[];
  readonly answer: readonly ExpectedRecord[];
  readonly authority: readonly ExpectedRecord[];
  readonly additional: readonly ExpectedRecord[];
  readonly edns: unknown;
  readonly tsig: unknown;
}

export interface ExpectedRecord {
  readonly name: string;
  readonly ttl: number;
  readonly class: string;
  readonly type: string;
  /** Master-file text; null where RDLENGTH is 0. */
  readonly rdata: string | null;
}

export function golden(file: string): Uint8Array {
  const bytes = GOLDEN.get(file);
  if (bytes === undefined) throw new Error(`fixtures/messages/${file} is missing`);
  return bytes;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Octets written in hexadecimal, with blanks anywhere and comments from # to the end of the line. */
export function octets(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, ''), 'hex'));
}
