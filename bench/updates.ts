import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hmacSigner, makeUpdate, parseDomainName, parseRecord } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import type { DnsClient } from '@srvkit/dns-client';
import { runNamed } from '../test/interop/named.ts';
import { whyMissing } from '../test/interop/program.ts';
import { startChildServer } from './child-server.ts';
import { compare } from './compare.ts';
import type { Row, SkippedRow } from './row.ts';
import { ORIGIN, UPDATE_KEY, ZONE_TEXT } from './zone.ts';

const UPDATES = 400;
/** Clients at a time, each of which waits for its reply. */
const CLIENTS = 8;
const ZONE = parseDomainName(ORIGIN);
const WAYS = [
  { name: 'updates accepted, zone in memory', kind: 'srvkit' },
  { name: 'updates accepted, with a journal', kind: 'journal' },
] as const;

/** Signed UPDATEs of one record each over TCP, from eight clients at a time: what our server accepts beside named, which always has a journal. */
export async function updateRows(): Promise<(Row | SkippedRow)[]> {
  const why = whyMissing(['named']);
  if (why !== undefined) return WAYS.map(({ name }) => ({ kind: 'skipped', name, why }));
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-bench-'));
  const zone = { origin: ORIGIN, text: ZONE_TEXT, updatePolicy: [`grant ${UPDATE_KEY.name.toString()} zonesub SRV`] };
  const named = await runNamed(folder, { keys: [UPDATE_KEY], zones: [zone] });
  const client = createDnsClient();
  try {
    const rows: Row[] = [];
    for (const { name, kind } of WAYS) {
      const ours = await startChildServer(kind, join(folder, kind));
      try {
        const peer = { name: 'named', turn: () => updatesASecond(client, named.address) };
        rows.push(
          await compare({ name, unit: '/s', target: null, turns: 2, ours: () => updatesASecond(client, `127.0.0.1:${ours.port}`), peer }),
        );
      } finally {
        await ours.stop();
      }
    }
    return rows;
  } finally {
    await client.close();
    await named.stop();
    await rm(folder, { recursive: true });
  }
}

async function updatesASecond(client: DnsClient, server: string): Promise<number> {
  const signer = hmacSigner(UPDATE_KEY);
  const lines = newRecords();
  const start = process.hrtime.bigint();
  const updateOneByOne = async (): Promise<void> => {
    for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
      const update = makeUpdate({ id: 0, zone: ZONE, operations: [{ kind: 'add', record: parseRecord(line) }] });
      const { rcode, tsig } = await client.exchange(update, { server, signer });
      if (rcode !== 'NOERROR' || tsig !== 'verified') throw new Error(`${line}: ${rcode ?? 'no reply'} ${tsig}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, updateOneByOne));
  return (UPDATES * 1e9) / Number(process.hrtime.bigint() - start);
}

let services = 0;

/** Names that nobody has used yet, so that every UPDATE adds a record. */
function newRecords(): string[] {
  return Array.from({ length: UPDATES }, () => {
    services += 1;
    return `_new${services}._tcp.${ORIGIN} 3600 IN SRV 10 75 1688 kms-e1.${ORIGIN}`;
  });
}
