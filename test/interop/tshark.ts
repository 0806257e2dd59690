import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { expectSuccess } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What tshark reads in one DNS message. */
export interface Dissection {
  /** The DNS fields by tshark's names, records and sections as trees. */
  readonly fields: Tree;
  /** Each record: how tshark sums it up, its TTL and RDLENGTH. `section` as tshark names it: `Answers`, `Updates`, ... */
  readonly records: (section: string) => readonly DissectedRecord[];
  /** Whether it could not be read to its end. */
  readonly malformed: boolean;
  /** Everything else tshark objects to. */
  readonly complaints: readonly string[];
}

export interface DissectedRecord {
  readonly summary: string;
  readonly ttl: number;
  readonly length: number;
  readonly fields: Tree;
}

type Value = string | Tree | readonly (string | Tree)[];
export interface Tree {
  readonly [field: string]: Value;
}

/** Puts DNS messages into packets, as they would go over UDP or, with their length in front, over TCP, and has tshark read those. */
export async function dissect(
  t: ExecutionContext,
  messages: readonly Uint8Array[],
  transport: 'udp' | 'tcp' = 'udp',
): Promise<readonly Dissection[]> {
  const folder = await temporaryFolder(t);
  const [dump, capture] = [join(folder, 'dump.txt'), join(folder, 'capture.pcap')];
  await writeFile(dump, messages.map((message) => hexDump(transport === 'udp' ? message : withLength(message))).join(''));
  await expectSuccess('text2pcap', ['-q', transport === 'udp' ? '-u' : '-T', '40000,53', dump, capture]);
  // A user's own preferences must not decide what is malformed.
  const env = { TZ: 'UTC', HOME: folder, XDG_CONFIG_HOME: folder, WIRESHARK_CONFIG_DIR: folder };
  const json = await expectSuccess('tshark', ['-r', capture, '-T', 'json', '--no-duplicate-keys'], env);
  const packets = JSON.parse(json) as readonly { readonly _source: { readonly layers: Tree } }[];
  return packets.map(({ _source: { layers } }) => dissectionOf(layers));
}

function dissectionOf(layers: Tree): Dissection {
  const fields = treesOf(layers['dns'])[0] ?? {};
  return {
    fields,
    records: (section) =>
      treesOf(fields[section]).flatMap((tree) =>
        Object.entries(tree).flatMap(([summary, record]) => treesOf(record).map((fields) => recordOf(summary, fields))),
      ),
    malformed: '_ws.malformed' in layers,
    complaints: complaintsIn(layers).filter((complaint) => !CANNOT_DISSECT.test(complaint)),
  };
}

// MACs and types that tshark does not know are nobody's fault.
const CANNOT_DISSECT = /^No dissector for algorithm|^Dissector for DNS Type \(\d+\) code not implemented/;

function recordOf(summary: string, fields: Tree): DissectedRecord {
  return { summary, ttl: Number(fields['dns.resp.ttl']), length: Number(fields['dns.resp.len']), fields };
}

function complaintsIn(value: Value): readonly string[] {
  if (typeof value === 'string') return [];
  if (Array.isArray(value)) return value.flatMap(complaintsIn);
  return Object.entries(value as Tree).flatMap(([field, inner]) =>
    field === '_ws.expert.message' ? [inner].flat().map(String) : complaintsIn(inner),
  );
}

function treesOf(value: Value | undefined): readonly Tree[] {
  return [value ?? []].flat().filter((item): item is Tree => typeof item === 'object');
}

// As `od -Ax -tx1` prints it; an offset of 0 begins a packet.
function hexDump(octets: Uint8Array): string {
  const rows = Array.from({ length: Math.ceil(octets.length / 16) }, (_, row) => row * 16);
  return rows
    .map(
      (at) =>
        `${at.toString(16).padStart(6, '0')} ${Buffer.from(octets.subarray(at, at + 16))
          .toString('hex')
          .replace(/../g, '$& ')}\n`,
    )
    .join('');
}

function withLength(message: Uint8Array): Uint8Array {
  return Uint8Array.of(message.length >> 8, message.length & 0xff, ...message);
}
