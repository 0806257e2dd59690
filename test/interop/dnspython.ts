import { join } from 'node:path';
import { formatRecord } from '@srvkit/dns';
import type { Message, TsigKey } from '@srvkit/dns';
import { run } from './program.ts';

/** What dnspython reads in a message: records are lines of a master file. */
export interface Reading {
  readonly id: number;
  readonly opcode: string;
  readonly rcode: string;
  readonly flags: readonly string[];
  readonly question: readonly string[];
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  /** The payload size; null without EDNS. */
  readonly edns: number | null;
  /** It is signed, and the signature is right. */
  readonly signed: boolean;
}

export type Keys = Readonly<Record<string, readonly [algorithm: string, secret: string]>>;

/** What dnspython.py can be asked to do. */
export type Job =
  | { readonly do: 'read'; readonly wire: string; readonly keys?: Keys; readonly requestMac?: string }
  | ({ readonly do: 'make' } & UpdateParts)
  | ({ readonly do: 'exchange'; readonly wire: string; readonly keys?: Keys; readonly requestMac?: string } & Where)
  | { readonly do: 'transfer'; readonly server: string; readonly zone: string; readonly keys: Keys; readonly key: string }
  | ({ readonly do: 'ask'; readonly name: string; readonly type: string; readonly edns?: number } & Where);

interface Where {
  readonly server: string;
  readonly transport: 'udp' | 'tcp';
}

interface UpdateParts {
  readonly zone: string;
  readonly operations: readonly (readonly (string | number)[])[];
  readonly keys?: Keys;
  /** The name of the key that signs. */
  readonly key?: string;
  readonly fudge?: number;
  /** Seconds by which the signer's clock is ahead. */
  readonly skew?: number;
}

/** A result: octets and MACs as hexadecimal where there are some, and `error` where dnspython objects. */
export type Result = Partial<Reading> & { readonly wire?: string; readonly mac?: string; readonly error?: string };

/** Has dnspython do jobs in order. Rejects when its script fails otherwise than by an error of DNS. */
export async function dnspython(...jobs: readonly Job[]): Promise<readonly Result[]> {
  const { status, stdout, stderr } = await run('dnspython', [join(import.meta.dirname, 'dnspython.py')], { input: JSON.stringify(jobs) });
  if (status !== 0) throw new Error(`dnspython.py ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout) as readonly Result[];
}

/** Has dnspython do one job. */
export async function dnspythonOnce(job: Job): Promise<Result> {
  const [result = {}] = await dnspython(job);
  return result;
}

/** The same message as we read it, for comparison. */
export function readingOf(message: Message): Omit<Reading, 'flags' | 'edns' | 'signed'> {
  const { id, opcode, rcode, question, answer, authority, additional } = message;
  return {
    id,
    opcode,
    rcode,
    question: question.map((entry) => `${entry.name.toString()} ${entry.class} ${entry.type}`),
    answer: answer.map(formatRecord),
    authority: authority.map(formatRecord),
    additional: additional.map(formatRecord),
  };
}

/** Keys the way dnspython wants them. */
export function keysOf(...keys: readonly TsigKey[]): Keys {
  return Object.fromEntries(
    keys.map(({ name, algorithm, secret }) => [
      name.toString(),
      [ALGORITHM_NAMES[algorithm] ?? algorithm, Buffer.from(secret).toString('base64')],
    ]),
  );
}

const ALGORITHM_NAMES: Readonly<Record<string, string>> = { 'hmac-md5': 'hmac-md5.sig-alg.reg.int' };

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function octets(text: string | undefined): Uint8Array {
  return Uint8Array.from(Buffer.from(text ?? '', 'hex'));
}
