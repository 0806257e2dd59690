import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatRecord, parseKeyFile } from '@srvkit/dns';
import type { TestServer } from '@srvkit/test-server';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { DONE, nsupdate } from './nsupdate.ts';
import { expectSuccess } from './program.ts';
import { serve } from './serve.ts';
import { temporaryFolder } from './temporary-folder.ts';

const KEY = makeKey();
const SERVICE = '_vlmcs._tcp.east.contoso.com.';
const FIRST = `${SERVICE} 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.`;
const SECOND = `${SERVICE} 3600 IN SRV 10 25 1688 kms-e2.east.contoso.com.`;
const ADDRESS = 'kms-e1.east.contoso.com. 3600 IN A 192.0.2.11';
const TEXT = 'kms-e1.east.contoso.com. 3600 IN TXT "first"';
const FRAME = ['dns1.east.contoso.com. 3600 IN A 127.0.0.1', 'east.contoso.com. 3600 IN NS dns1.east.contoso.com.'];
const ZONE = [
  'east.contoso.com. 3600 IN SOA dns1.east.contoso.com. hostmaster.east.contoso.com. 1 900 600 86400 60',
  ...FRAME,
  FIRST,
  SECOND,
  ADDRESS,
  TEXT,
].join('\n');

for (const { title, script, left } of [
  {
    title: 'adds a record to a set',
    script: [`update add ${SERVICE} 3600 IN SRV 20 0 1688 kms-e3.east.contoso.com.`],
    left: [FIRST, SECOND, `${SERVICE} 3600 IN SRV 20 0 1688 kms-e3.east.contoso.com.`, ADDRESS, TEXT],
  },
  {
    title: 'adds a name with an escaped dot, and a type that nobody knows',
    script: [
      'update add a\\.b.east.contoso.com. 60 IN TYPE65280 \\# 4 DEADBEEF',
      'update add x.y.east.contoso.com. 60 IN TXT "two words" "\\"\\195"',
    ],
    left: [
      FIRST,
      SECOND,
      ADDRESS,
      TEXT,
      'a\\.b.east.contoso.com. 60 IN TYPE65280 \\# 4 deadbeef',
      'x.y.east.contoso.com. 60 IN TXT "two words" "\\"\\195"',
    ],
  },
  {
    title: 'changes the TTL of a record by adding it again',
    script: [`update add ${SERVICE} 60 IN SRV 10 75 1688 kms-e1.east.contoso.com.`],
    left: [FIRST, SECOND].map((line) => line.replace(' 3600 ', ' 60 ')).concat(ADDRESS, TEXT),
  },
  {
    title: 'deletes a record from a set, whatever its case',
    script: [`update delete ${SERVICE} SRV 10 75 1688 KMS-E1.east.contoso.com.`],
    left: [SECOND, ADDRESS, TEXT],
  },
  { title: 'deletes a set', script: [`update delete ${SERVICE} SRV`], left: [ADDRESS, TEXT] },
  { title: 'deletes a name', script: ['update delete kms-e1.east.contoso.com.'], left: [FIRST, SECOND] },
  {
    title: 'does several things in one message, in their order',
    script: [
      `update delete ${SERVICE} SRV`,
      `update add ${SERVICE} 600 IN SRV 10 50 1688 kms-e4.east.contoso.com.`,
      'update delete kms-e1.east.contoso.com. TXT',
      'update add kms-e4.east.contoso.com. 600 IN A 192.0.2.14',
    ],
    left: [`${SERVICE} 600 IN SRV 10 50 1688 kms-e4.east.contoso.com.`, ADDRESS, 'kms-e4.east.contoso.com. 600 IN A 192.0.2.14'],
  },
]) {
  judgeTest(['nsupdate'], `nsupdate ${title}`, async (t) => {
    const server = await serve(t, { zones: [ZONE], keys: [KEY] });
    t.deepEqual(await nsupdate(script, { server: server.address, key: KEY }), DONE);
    t.deepEqual(contents(server), [...FRAME, ...left].toSorted());
    t.is(server.zones.get('east.contoso.com.')?.serial, 2);
  });
}

const CHANGE = 'update delete kms-e1.east.contoso.com. TXT';
for (const { prerequisite, fails } of [
  { prerequisite: 'prereq yxdomain kms-e1.east.contoso.com.' },
  { prerequisite: 'prereq yxdomain kms-e9.east.contoso.com.', fails: 'NXDOMAIN' },
  { prerequisite: 'prereq nxdomain kms-e9.east.contoso.com.' },
  { prerequisite: 'prereq nxdomain kms-e1.east.contoso.com.', fails: 'YXDOMAIN' },
  { prerequisite: `prereq yxrrset ${SERVICE} SRV` },
  { prerequisite: `prereq yxrrset ${SERVICE} TXT`, fails: 'NXRRSET' },
  { prerequisite: `prereq nxrrset ${SERVICE} TXT` },
  { prerequisite: `prereq nxrrset ${SERVICE} SRV`, fails: 'YXRRSET' },
  { prerequisite: 'prereq yxrrset kms-e1.east.contoso.com. A 192.0.2.11' },
  { prerequisite: 'prereq yxrrset kms-e1.east.contoso.com. A 192.0.2.99', fails: 'NXRRSET' },
  { prerequisite: `prereq yxrrset ${SERVICE} SRV 10 75 1688 kms-e1.east.contoso.com.`, fails: 'NXRRSET' },
]) {
  judgeTest(['nsupdate'], `nsupdate with "${prerequisite}" is ${fails === undefined ? 'done' : `told ${fails}`}`, async (t) => {
    const server = await serve(t, { zones: [ZONE], keys: [KEY] });
    const updated = await nsupdate([prerequisite, CHANGE], { server: server.address, key: KEY });
    t.deepEqual(updated, fails === undefined ? DONE : { status: 2, complaints: [`update failed: ${fails}`] });
    t.is(contents(server).includes(TEXT), fails !== undefined);
  });
}

judgeTest(['nsupdate'], 'nsupdate compares a whole set', async (t) => {
  const server = await serve(t, { zones: [ZONE], keys: [KEY] });
  const whole = [FIRST, SECOND].map((line) => `prereq yxrrset ${line.replace(' 3600 IN ', ' ')}`);
  t.deepEqual(await nsupdate([...whole, CHANGE], { server: server.address, key: KEY }), DONE);
  t.false(contents(server).includes(TEXT));
});

const BAD_SIGNATURE = ['; TSIG error with server: tsig indicates error', 'update failed: NOTAUTH(BADSIG)'];
const BAD_KEY = ['; TSIG error with server: tsig indicates error', 'update failed: NOTAUTH(BADKEY)'];
for (const { title, key, script = [CHANGE], complaints } of [
  { title: 'without a key', key: undefined, complaints: ['update failed: REFUSED'] },
  { title: 'with a wrong secret', key: makeKey({ secret: 'another secret of enough octets' }), complaints: BAD_SIGNATURE },
  { title: 'with an unknown key', key: makeKey({ name: 'west-key' }), complaints: BAD_KEY },
  { title: 'with another algorithm', key: makeKey({ algorithm: 'hmac-sha512' }), complaints: BAD_KEY },
  {
    title: 'for a zone that is not ours',
    key: KEY,
    script: ['zone west.contoso.com', 'update delete kms-w1.west.contoso.com. A'],
    complaints: ['update failed: NOTAUTH'],
  },
  {
    title: 'for a name outside of the zone',
    key: KEY,
    script: ['zone east.contoso.com', CHANGE, 'update add kms-w1.west.contoso.com. 60 IN A 192.0.2.21'],
    complaints: ['update failed: NOTZONE'],
  },
]) {
  judgeTest(['nsupdate'], `nsupdate ${title} is refused, and nothing changes`, async (t) => {
    const server = await serve(t, { zones: [ZONE], keys: [KEY] });
    const before = contents(server);
    const zone = script[0]?.startsWith('zone') === true ? [] : ['zone east.contoso.com'];
    const options = { server: server.address, ...(key === undefined ? {} : { key }) };
    t.deepEqual(await nsupdate([...zone, ...script], options), { status: 2, complaints });
    t.deepEqual(contents(server), before);
    t.is(server.zones.get('east.contoso.com.')?.serial, 1);
  });
}

judgeTest(['nsupdate'], 'nsupdate sends one update after the other, over TCP too', async (t) => {
  const server = await serve(t, { zones: [ZONE], keys: [KEY] });
  const script = ['kms-e5', 'kms-e6', 'kms-e7'].flatMap((host) => [`update add ${host}.east.contoso.com. 60 IN A 192.0.2.15`, 'send']);
  t.deepEqual(await nsupdate(script, { server: server.address, key: KEY, args: ['-v'] }), DONE);
  t.is(server.zones.get('east.contoso.com.')?.serial, 4);
  const updates = server.requests.filter(({ message }) => message?.opcode === 'UPDATE');
  t.deepEqual(
    updates.map(({ transport }) => transport),
    ['tcp', 'tcp', 'tcp'],
  );
});

judgeTest(['nsupdate'], 'nsupdate adds 500 records in one message', async (t) => {
  const server = await serve(t, { zones: [ZONE], keys: [KEY] });
  const script = Array.from({ length: 500 }, (_, index) => `update add kms-${index}.many.east.contoso.com. 60 IN A 192.0.2.${index % 250}`);
  t.deepEqual(await nsupdate(script, { server: server.address, key: KEY }), DONE);
  t.is(contents(server).filter((line) => line.includes('.many.')).length, 500);
  t.is(server.zones.get('east.contoso.com.')?.serial, 2);
});

for (const algorithm of ['hmac-sha256', 'hmac-sha224', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1', 'hmac-md5'] as const) {
  judgeTest(['nsupdate', 'tsig-keygen'], `a key that tsig-keygen makes for ${algorithm} is the same to nsupdate and us`, async (t) => {
    const file = join(await temporaryFolder(t), 'east.key');
    const text = await expectSuccess('tsig-keygen', ['-a', algorithm, 'east-key']);
    await writeFile(file, text);
    const server = await serve(t, { zones: [ZONE], keys: parseKeyFile(text, { allowWeak: true }) });
    t.deepEqual(await nsupdate([CHANGE], { server: server.address, args: ['-k', file] }), DONE);
    t.false(contents(server).includes(TEXT));
  });
}

/** Every record but the SOA. */
function contents(server: TestServer): readonly string[] {
  const zone = server.zones.get('east.contoso.com.');
  return [...(zone?.records() ?? [])]
    .slice(1)
    .map((record) => formatRecord(record))
    .toSorted();
}
