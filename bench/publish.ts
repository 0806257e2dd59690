import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hmacSigner, makeUpdate, parseDomainName, parseRecord } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import type { DnsClient } from '@srvkit/dns-client';
import { createPublisher } from '@srvkit/publisher';
import { runNamed } from '../test/interop/named.ts';
import { nsupdate } from '../test/interop/nsupdate.ts';
import { whyMissing } from '../test/interop/program.ts';
import { compare } from './compare.ts';
import type { Turn } from './compare.ts';
import type { Row, SkippedRow } from './row.ts';
import { ORIGIN, UPDATE_KEY, ZONE_TEXT } from './zone.ts';

const UPDATES = 200;
const ZONE = parseDomainName(ORIGIN);

/** How we send UPDATEs, and how nsupdate is told to do the same. */
const WAYS = [
  { name: 'signed updates over TCP', transport: 'tcp', args: ['-v'] },
  { name: 'signed updates over UDP', transport: 'udp', args: [] },
] as const;
const PUBLISHES = 'publishes, found and read back';

/** Signed UPDATEs of one record each into named, one after the other: our client, and whole publishes, beside one session of nsupdate. */
export async function publishRows(): Promise<(Row | SkippedRow)[]> {
  const why = whyMissing(['named', 'nsupdate']);
  if (why !== undefined) return [...WAYS.map(({ name }) => name), PUBLISHES].map((name) => ({ kind: 'skipped', name, why }));
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-bench-'));
  const zone = { origin: ORIGIN, text: ZONE_TEXT, updatePolicy: ['grant publisher. zonesub SRV'] };
  const named = await runNamed(folder, { keys: [UPDATE_KEY], zones: [zone] });
  const client = createDnsClient();
  try {
    const rows: Row[] = [];
    for (const { name, transport, args } of WAYS) {
      rows.push(
        await compare({
          name,
          unit: '/s',
          target: null,
          turns: 2,
          ours: () => updatesASecond(client, named.address, transport),
          peer: { name: 'nsupdate', turn: sessionOfNsupdate(named.address, args) },
        }),
      );
    }
    return [...rows, await wholePublishes(named.address)];
  } finally {
    await client.close();
    await named.stop();
    await rm(folder, { recursive: true });
  }
}

function updatesASecond(client: DnsClient, server: string, transport: 'tcp' | 'udp'): Promise<number> {
  const signer = hmacSigner(UPDATE_KEY);
  return aSecond(async () => {
    for (const line of newRecords()) {
      const update = makeUpdate({ id: 0, zone: ZONE, operations: [{ kind: 'add', record: parseRecord(line) }] });
      const { rcode, tsig } = await client.exchange(update, { server, transport, signer });
      if (rcode !== 'NOERROR' || tsig !== 'verified') throw new Error(`${line}: ${rcode ?? 'no reply'} ${tsig}`);
    }
  });
}

function sessionOfNsupdate(server: string, args: readonly string[]): Turn {
  return () =>
    aSecond(async () => {
      const script = newRecords().flatMap((line) => [`update add ${line}`, 'send']);
      const { status, complaints } = await nsupdate([`zone ${ORIGIN}`, ...script], { server, key: UPDATE_KEY, args });
      if (status !== 0) throw new Error(complaints.join('\n'));
    });
}

/** What the publisher does about one record, which nsupdate does not: the zone is looked for, read, and read again afterwards. */
function wholePublishes(server: string): Promise<Row> {
  const publisher = createPublisher({ server, signer: hmacSigner(UPDATE_KEY) });
  const publishes: Turn = () =>
    aSecond(async () => {
      for (const service of newServices()) {
        const entries = [{ domain: ZONE, priority: 10, weight: 75 }];
        const { outcome } = await publisher.publish({ service, target: parseDomainName(`kms-e1.${ORIGIN}`), port: 1688, entries });
        if (outcome !== 'published') throw new Error(`${service}: ${outcome}`);
      }
    });
  const peer = { name: 'nsupdate', turn: sessionOfNsupdate(server, ['-v']) };
  return compare({ name: PUBLISHES, unit: '/s', target: null, turns: 2, ours: publishes, peer });
}

/** How many of the `UPDATES` were done in a second. */
async function aSecond(updates: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  await updates();
  return (UPDATES * 1e9) / Number(process.hrtime.bigint() - start);
}

let services = 0;

/** Names that nobody has used yet, so that every UPDATE adds a record. */
function newServices(): string[] {
  return Array.from({ length: UPDATES }, () => {
    services += 1;
    return `_new${services}._tcp`;
  });
}

function newRecords(): string[] {
  return newServices().map((service) => `${service}.${ORIGIN} 3600 IN SRV 10 75 1688 kms-e1.${ORIGIN}`);
}
