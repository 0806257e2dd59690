import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { decodeMessage, encodeMessage, hmacSigner, makeTsigKey, parseDomainName, signMessage } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import { createTestServer, ZoneJournalError } from '../src/index.ts';
import type { TestServer } from '../src/index.ts';
import { NameServer } from '../src/name-server.ts';
import type { StoreUpdate } from '../src/store-update.ts';
import { parseZone } from '../src/zone/index.ts';
import { contents, sampleZone } from './sample-zone.ts';
import { updateOf } from './update-fixture.ts';

const KEY = makeTsigKey({ name: parseDomainName('east-key.'), secret: Buffer.from('a secret of the east') });
const MASTER = sampleZone();

async function folderFor(t: ExecutionContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'srvkit-journal-'));
  t.teardown(() => rm(parent, { recursive: true }));
  return join(parent, 'journals');
}

async function update(server: TestServer, ...words: readonly string[]): Promise<string | null> {
  const client = createDnsClient({ servers: [server.address] });
  const { rcode } = await client.exchange(updateOf(words), { server: server.address, signer: hmacSigner(KEY) });
  await client.close();
  return rcode;
}

async function signed(...words: readonly string[]): Promise<Uint8Array> {
  const { bytes } = await signMessage(encodeMessage(updateOf(words)), hmacSigner(KEY), { timeSigned: Math.floor(Date.now() / 1000) });
  return bytes;
}

async function serving<T>(journal: string, zone: typeof MASTER, body: (server: TestServer) => Promise<T>): Promise<T> {
  const server = await createTestServer({ zones: [zone], keys: [KEY], journal });
  try {
    return await body(server);
  } finally {
    await server.close();
  }
}

test('the next server goes on with what the one before has acknowledged', async (t) => {
  const folder = await folderFor(t);
  const before = await serving(folder, MASTER, async (server) => {
    const rcodes = Array.from({ length: 20 }, (_, index) => update(server, `update add host${index} 60 A 192.0.2.${index}`));
    t.deepEqual(new Set(await Promise.all(rcodes)), new Set(['NOERROR']));
    return server.zones.get('example.org.');
  });
  const after = await serving(folder, MASTER, async (server) => server.zones.get('example.org.'));
  t.is(after?.serial, 21);
  t.deepEqual(after && contents(after), before && contents(before));
  t.is((await stat(folder)).mode & 0o777, 0o700);
  t.is((await stat(join(folder, 'example.org.journal'))).mode & 0o777, 0o600);
  t.deepEqual(await readdir(folder), ['example.org.journal']);
});

test('a journal that has grown is written anew, and says the same', async (t) => {
  const folder = await folderFor(t);
  const long = 'x'.repeat(250);
  const words = Array.from({ length: 40 }, (_, index) => `update add big 60 TXT "${index}" "${long}"`);
  await serving(folder, MASTER, async (server) => {
    t.is(await update(server, ...words), 'NOERROR');
    for (let turn = 0; turn < 110; turn += 1) await update(server, 'update delete big A', `update add big 60 A 192.0.2.${turn}`);
  });
  const { size } = await stat(join(folder, 'example.org.journal'));
  t.true(size < 900_000, String(size));
  const after = await serving(folder, MASTER, async (server) => server.zones.get('example.org.'));
  t.is(after?.serial, 112);
  t.is(after?.rrset(parseDomainName('big.example.org'), 'TXT')?.records.length, 40);
});

test('a journal that has grown in the lives of two servers is written anew, too', async (t) => {
  const folder = await folderFor(t);
  const text = Array.from({ length: 200 }, () => `"${'x'.repeat(250)}"`).join(' ');
  for (let life = 0; life < 2; life += 1)
    await serving(folder, MASTER, async (server) => {
      for (let turn = 0; turn < 12; turn += 1)
        await update(server, 'update delete big TXT', `update add big ${life * 12 + turn} TXT ${text}`);
    });
  const { size } = await stat(join(folder, 'example.org.journal'));
  t.true(size < 900_000, String(size));
});

test('what an attempt to write it anew left does not keep a journal from being written anew', async (t) => {
  const folder = await folderFor(t);
  const text = Array.from({ length: 200 }, () => `"${'x'.repeat(250)}"`).join(' ');
  await serving(folder, MASTER, async (server) => {
    await writeFile(join(folder, 'example.org.journal.new'), 'half of it');
    for (let turn = 0; turn < 24; turn += 1) await update(server, 'update delete big TXT', `update add big ${turn} TXT ${text}`);
  });
  const { size } = await stat(join(folder, 'example.org.journal'));
  t.true(size < 900_000, String(size));
  t.deepEqual(await readdir(folder), ['example.org.journal']);
});

test('while one server has the folder, another is told so', async (t) => {
  const folder = await folderFor(t);
  await serving(folder, MASTER, async () => {
    const message = new RegExp(`process ${process.pid} serves from these journals already`);
    await t.throwsAsync(createTestServer({ zones: [MASTER], journal: folder }), { instanceOf: ZoneJournalError, code: 'LOCKED', message });
  });
});

test('a newer master file counts, and the journal is set aside', async (t) => {
  const folder = await folderFor(t);
  await serving(folder, MASTER, async (server) => update(server, 'update add a 60 A 192.0.2.1'));
  const newer = parseZone('$ORIGIN example.org.\n@ 300 SOA ns1 host 7 3600 600 86400 60\n@ 300 NS ns1\n');
  const after = await serving(folder, newer, async (server) => server.zones.get('example.org.'));
  t.is(after?.serial, 7);
  t.deepEqual((await readdir(folder)).toSorted(), ['example.org.journal', 'example.org.journal.outdated-2']);
});

test('a damaged journal is told with its place and stays as it is', async (t) => {
  const folder = await folderFor(t);
  const file = join(folder, 'example.org.journal');
  await serving(folder, MASTER, async (server) => update(server, 'update add a 60 A 192.0.2.1'));
  const damaged = (await readFile(file, 'utf8')).replace('192.0.2.1', '192.0.2.9');
  await writeFile(file, damaged);
  const message = new RegExp(`${file}: damaged, the entry at octet \\d+`);
  await t.throwsAsync(createTestServer({ zones: [MASTER], journal: folder }), { instanceOf: ZoneJournalError, code: 'DAMAGED', message });
  t.is(await readFile(file, 'utf8'), damaged);
  t.deepEqual(await readdir(folder), ['example.org.journal']);
});

test('what a killed writer left beside the journal goes', async (t) => {
  const folder = await folderFor(t);
  await serving(folder, MASTER, async (server) => update(server, 'update add a 60 A 192.0.2.1'));
  await writeFile(join(folder, 'example.org.journal.new'), '12 0123456789abcdef {"what":"srv');
  await serving(folder, MASTER, async (server) => {
    t.is(server.zones.get('example.org.')?.serial, 2);
    t.deepEqual((await readdir(folder)).toSorted(), ['example.org.journal', 'lock']);
  });
});

test('what a killed writer began is cut off', async (t) => {
  const folder = await folderFor(t);
  const file = join(folder, 'example.org.journal');
  await serving(folder, MASTER, async (server) => update(server, 'update add a 60 A 192.0.2.1'));
  const whole = await readFile(file, 'utf8');
  await writeFile(file, `${whole}210 0123456789abcdef {"before":2,"aft`);
  await serving(folder, MASTER, async (server) => t.is(server.zones.get('example.org.')?.serial, 2));
  t.is(await readFile(file, 'utf8'), whole);
});

test('links are not followed, and a folder that cannot be made is told', async (t) => {
  const folder = await folderFor(t);
  await serving(folder, MASTER, async () => {});
  const file = join(folder, 'example.org.journal');
  await rm(file);
  await symlink('/etc/hosts', file);
  await t.throwsAsync(createTestServer({ zones: [MASTER], journal: folder }), { instanceOf: ZoneJournalError, code: 'NOT_WRITABLE' });
  const deep = join(folder, 'a', 'b');
  await t.throwsAsync(createTestServer({ zones: [MASTER], journal: deep }), { code: 'NOT_WRITABLE', message: /make the folder first/ });
});

test('an update that cannot be stored is SERVFAIL, signed, and nobody sees it; nor what was made on top of it, or found it there', async (t) => {
  const stores: PromiseWithResolvers<void>[] = [];
  const store: StoreUpdate = () => {
    const storing = Promise.withResolvers<void>();
    stores.push(storing);
    return storing.promise;
  };
  const looks: string[] = [];
  const mayUpdate = (key: DomainName): boolean => looks.push(key.toString()) > 0;
  const server = new NameServer({ zones: [MASTER], keys: [KEY], now: Date.now, store, mayUpdate });
  const sent = [
    server.respond(await signed('update add a 60 A 192.0.2.1'), 'tcp'),
    server.respond(await signed('update add b 60 A 192.0.2.1'), 'tcp'),
  ];
  while (stores.length < 2) await new Promise(setImmediate);
  t.is(server.zones.get('example.org.')?.serial, 1);
  for (const { reject } of stores) reject(new Error('no space left'));
  for (const reply of await Promise.all(sent.map(async (each) => each))) {
    const message = reply.bytes && decodeMessage(reply.bytes);
    t.is(message?.rcode, 'SERVFAIL');
    t.true((message?.tsig?.rdata.mac.length ?? 0) > 0);
  }
  t.is(server.zones.get('example.org.')?.serial, 1);
  const repeated = [
    server.respond(await signed('update add d 60 A 192.0.2.1'), 'tcp'),
    server.respond(await signed('update add d 60 A 192.0.2.1'), 'udp'),
  ];
  while (looks.length < 4) await new Promise(setImmediate);
  t.is(stores.length, 3);
  stores[2]?.reject(new Error('no space left'));
  t.deepEqual(
    (await Promise.all(repeated.map(async (each) => each))).map(({ rcode }) => rcode),
    ['SERVFAIL', 'SERVFAIL'],
  );
  const again = server.respond(await signed('update add c 60 A 192.0.2.1'), 'tcp');
  while (stores.length < 4) await new Promise(setImmediate);
  stores[3]?.resolve();
  t.is((await again).rcode, 'NOERROR');
  t.is(server.zones.get('example.org.')?.serial, 2);
});
