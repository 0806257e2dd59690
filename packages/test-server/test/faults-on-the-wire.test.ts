import test from 'ava';
import {
  decodeMessage,
  encodeMessage,
  hmacSigner,
  makeMessage,
  makeTsigKey,
  parseDomainName,
  signMessage,
  verifyMessage,
} from '@srvkit/dns';
import type { Message, RecordType } from '@srvkit/dns';
import { parseFault } from '../src/fault.ts';
import { NameServer } from '../src/name-server.ts';
import type { Reply } from '../src/name-server.ts';
import { contents, name, sampleZone } from './sample-zone.ts';
import { updateOf } from './update-fixture.ts';

const NOW_S = 1_800_000_000;
const EAST = makeTsigKey({ name: parseDomainName('east-key.'), secret: Buffer.from('a secret of the east') });
const WEST = makeTsigKey({ name: parseDomainName('west-key.'), secret: Buffer.from('a secret of the west') });
const ZONE = '_vlmcs._tcp SRV 0 0 1688 Kms1\n_vlmcs._tcp SRV 0 0 1688 kms2\nkms1 A 192.0.2.1\nalias CNAME kms1';

for (const { fault, transport = 'udp', ask = '_vlmcs._tcp', shows } of [
  { fault: 'servfail', shows: { rcode: 'SERVFAIL', answer: [] } },
  { fault: 'refused', shows: { rcode: 'REFUSED', answer: [] } },
  { fault: 'formerr', shows: { rcode: 'FORMERR', answer: [] } },
  { fault: 'notimp', shows: { rcode: 'NOTIMP', answer: [] } },
  { fault: 'truncate', shows: { truncated: true, answer: [] } },
  { fault: 'truncate-hang', shows: { truncated: true, answer: [] } },
  { fault: 'truncate-hang', transport: 'tcp', shows: null },
  { fault: 'drop', shows: null },
  { fault: 'lost-reply', shows: null },
  { fault: 'no-soa', ask: 'kms9', shows: { rcode: 'NXDOMAIN', authority: [] } },
] as const) {
  test(`${fault} over ${transport} is seen as ${JSON.stringify(shows)}`, async (t) => {
    const reply = await server(fault).respond(query(ask), transport);
    if (shows === null) t.like(reply, { bytes: undefined, rcode: null, fault });
    else t.like(decodeMessage(reply.bytes!), shows);
  });
}

test('wrong-question, lower-case and foreign-owner change one name each', async (t) => {
  t.deepEqual((await ask('wrong-question')).question.map(nameOf), ['other.invalid.']);
  t.deepEqual((await ask('lower-case', '_VLMCS._tcp')).question.map(nameOf), ['_vlmcs._tcp.example.org.']);
  t.deepEqual((await ask('foreign-owner')).answer.map(nameOf), ['other.invalid.', 'other.invalid.']);
});

test('compress-target points into the question; the target is the same', async (t) => {
  const [plain, compressed] = [
    await server('delay:0').respond(query('_vlmcs._tcp'), 'udp'),
    await server('compress-target').respond(query('_vlmcs._tcp'), 'udp'),
  ];
  t.is(plain.bytes!.length - compressed.bytes!.length, 2 * ('.example.org.'.length - 2));
  t.deepEqual(targets(decodeMessage(compressed.bytes!)), targets(decodeMessage(plain.bytes!)));
});

for (const { fault, ttls } of [
  { fault: 'ttl:0', ttls: [0, 0] },
  { fault: 'ttl:2147483647', ttls: [0x7fff_ffff, 0x7fff_ffff] },
  { fault: 'unequal-ttls', ttls: [300, 299] },
]) {
  test(`${fault} gives the TTLs ${ttls.join(', ')}`, async (t) => {
    t.deepEqual(
      (await ask(fault)).answer.map((record) => record.ttl),
      ttls,
    );
  });
}

test('ttl:2147483648 is on the wire as it stands', async (t) => {
  const { bytes } = await server('ttl:2147483648').respond(query('kms1', 'A'), 'udp');
  t.true(Buffer.from(bytes!).includes(Buffer.from('0001000180000000', 'hex')));
});

test('ede:18 comes with EDNS, and only then', async (t) => {
  const edns = { udpPayloadSize: 1232, version: 0, dnssecOk: false, options: [] };
  const asked = encodeMessage({ ...decodeMessage(query('kms1', 'A')), edns });
  const { options = [] } = decodeMessage((await server('ede:18').respond(asked, 'udp')).bytes!).edns ?? {};
  t.deepEqual(
    options.map(({ code, data }) => [code, [...data]]),
    [[15, [0, 18]]],
  );
  t.is((await ask('ede:18', 'kms1')).edns, undefined);
});

test('duplicate sends the reply twice, forged-first an unsigned NOERROR before it', async (t) => {
  const twice = await server('duplicate').respond(query('kms1', 'A'), 'udp');
  t.deepEqual(twice.following, [twice.bytes!]);
  const { reply, mac } = await update('forged-first', ['update add a 60 A 192.0.2.9']);
  t.is(decodeMessage(reply.bytes!).tsig, undefined);
  t.is(decodeMessage(reply.bytes!).rcode, 'NOERROR');
  t.is(await verdictOf(reply.following[0]!, mac), 'verified');
});

const ADD = ['update add a 60 A 192.0.2.9'];
for (const { fault, script = ADD, key = EAST, may = true, zone, rcode, error, mac = 'verified', applied = rcode === 'NOERROR' } of [
  { fault: 'badkey', rcode: 'NOTAUTH', error: 'BADKEY', mac: 'peer-error' },
  { fault: 'badsig', rcode: 'NOTAUTH', error: 'BADSIG', mac: 'peer-error' },
  { fault: 'badtime', rcode: 'NOTAUTH', error: 'BADTIME', mac: 'bad-time' },
  { fault: 'badtrunc', rcode: 'NOTAUTH', error: 'BADTRUNC', mac: 'bad-trunc' },
  { fault: 'unsigned', rcode: 'NOERROR', mac: 'unsigned' },
  { fault: 'wrong-mac', rcode: 'NOERROR', mac: 'bad-sig' },
  { fault: 'short-request-mac', rcode: 'NOERROR', mac: 'samba' },
  { fault: 'no-tsig-on-refusal', may: false, rcode: 'REFUSED', mac: 'unsigned' },
  { fault: 'no-tsig-on-refusal', rcode: 'NOERROR' },
  { fault: 'echo-refused-request', may: false, rcode: 'REFUSED', mac: 'echoed' },
  { fault: 'echo-refused-request', rcode: 'NOERROR' },
  { fault: 'no-tsig-on-unknown-zone', zone: 'example.com.', rcode: 'NOTAUTH', mac: 'unsigned' },
  { fault: 'refuse-unknown-zone', zone: 'example.com.', rcode: 'REFUSED' },
  { fault: 'badkey-on-denial', may: false, rcode: 'NOTAUTH', error: 'BADKEY', mac: 'peer-error' },
  { fault: 'refuse-bad-tsig', key: makeTsigKey({ name: EAST.name, secret: Buffer.from('wrong') }), rcode: 'REFUSED', mac: 'unsigned' },
  { fault: 'cannot-store', rcode: 'SERVFAIL' },
  { fault: 'refuse-at-alias', script: ['update add alias 60 A 192.0.2.9'], rcode: 'REFUSED' },
  { fault: 'prerequisites-first', script: ['prereq yxdomain kms9', ...ADD], may: false, rcode: 'NXDOMAIN' },
  { fault: 'loose-prerequisites', script: ['prereq yxrrset _vlmcs._tcp SRV 0 0 1688 kms2', ...ADD], rcode: 'NOERROR' },
  { fault: 'ignore-ttl', script: ['update add kms1 60 A 192.0.2.1'], rcode: 'NOERROR', applied: false },
  { fault: 'keep-case', script: ['update delete _vlmcs._tcp SRV 0 0 1688 kms1'], rcode: 'NOERROR', applied: false },
  { fault: 'keep-case', script: ['update delete _vlmcs._tcp SRV 0 0 1688 Kms1'], rcode: 'NOERROR' },
] as const) {
  const title = `${fault}: ${script.join('; ')}${may ? '' : ' (denied)'} is ${rcode}, its signature ${mac}, ${applied ? 'applied' : 'not applied'}`;
  test(title, async (t) => {
    const { reply, mac: requestMac, nameServer } = await update(fault, script, { key, may, zone });
    const message = decodeMessage(reply.bytes!);
    t.is(message.rcode, rcode);
    t.true(message.response);
    if (error !== undefined) t.is(message.tsig?.rdata.error, error);
    if (mac === 'echoed') t.deepEqual(message.tsig?.rdata.mac, requestMac);
    else t.is(await verdictOf(reply.bytes!, requestMac), mac);
    t.is(nameServer.zones.get('example.org.')?.serial, applied ? 2 : 1);
  });
}

test('without a quirk the same UPDATEs end as the RFC has it', async (t) => {
  t.is((await update('delay:0', ['update add alias 60 A 192.0.2.9'])).reply.rcode, 'NOERROR');
  t.is((await update('delay:0', ['prereq yxrrset _vlmcs._tcp SRV 0 0 1688 kms2', ...ADD])).reply.rcode, 'NXRRSET');
  const ttl = await update('delay:0', ['update add kms1 60 A 192.0.2.1']);
  t.true(contents(ttl.nameServer.zones.get('example.org.')!).includes('kms1.example.org. 60 IN A 192.0.2.1'));
});

test('lost-reply: the UPDATE is done, and nobody hears of it', async (t) => {
  const { reply, nameServer } = await update('lost-reply', ADD);
  t.like(reply, { bytes: undefined, rcode: null, serial: { before: 1, after: 2 } });
  t.is(nameServer.zones.get('example.org.')?.serial, 2);
});

test('unsigned UPDATEs: NOTAUTH with notauth-without-key; with judge-changes NOERROR when nothing is asked for', async (t) => {
  t.is(await rcodeUnsigned('notauth-without-key', ADD), 'NOTAUTH');
  t.is(await rcodeUnsigned('judge-changes', ['prereq yxrrset @ SOA']), 'NOERROR');
  t.is(await rcodeUnsigned('judge-changes', ADD), 'REFUSED');
  t.is(await rcodeUnsigned('delay:0', ['prereq yxrrset @ SOA']), 'REFUSED');
});

test('first-key-owns: what one key has written, the other may not touch, not even after it was deleted', async (t) => {
  const nameServer = server('first-key-owns');
  const send = async (script: readonly string[], key = EAST) => (await nameServer.respond((await signed(script, key)).bytes, 'tcp')).rcode;
  t.is(await send(['update add a 60 A 192.0.2.1']), 'NOERROR');
  t.is(await send(['update add a 60 A 192.0.2.2'], WEST), 'REFUSED');
  t.is(await send(['update delete a']), 'NOERROR');
  t.is(await send(['update add a 60 A 192.0.2.2'], WEST), 'REFUSED');
  t.is(await send(['update add b 60 A 192.0.2.2'], WEST), 'NOERROR');
});

test('formerr-on-option: an EDNS option is too much', async (t) => {
  const edns = { udpPayloadSize: 1232, version: 0, dnssecOk: false, options: [{ code: 10, data: new Uint8Array(8) }] };
  const plain = decodeMessage(query('kms1', 'A'));
  t.is((await server('formerr-on-option').respond(encodeMessage({ ...plain, edns }), 'udp')).rcode, 'FORMERR');
  t.is((await server('formerr-on-option').respond(encodeMessage({ ...plain, edns: { ...edns, options: [] } }), 'udp')).rcode, 'NOERROR');
});

test('sets: windows echoes, samba shortens, knot ignores TTLs, powerdns refuses without a signature', async (t) => {
  const windows = await update('windows', ADD, { may: false });
  t.deepEqual(decodeMessage(windows.reply.bytes!).tsig?.rdata.mac, windows.mac);
  const samba = await update('samba', ADD);
  t.is(await verdictOf(samba.reply.bytes!, samba.mac), 'samba');
  t.is((await update('knot', ['update add kms1 60 A 192.0.2.1'])).nameServer.zones.get('example.org.')?.serial, 1);
  t.is((await update('powerdns', ADD, { key: makeTsigKey({ name: EAST.name, secret: Buffer.from('x') }) })).reply.rcode, 'REFUSED');
});

function server(fault: string, may = true): NameServer {
  return new NameServer({
    zones: [sampleZone(ZONE)],
    keys: [EAST, WEST],
    faults: [parseFault(`*=${fault}`)],
    mayUpdate: () => may,
    now: () => NOW_S * 1000,
  });
}

function query(owner: string, type: RecordType = 'SRV'): Uint8Array {
  return encodeMessage(makeMessage({ id: 4711, question: [{ name: name(owner), type, class: 'IN' }] }));
}

async function ask(fault: string, owner = '_vlmcs._tcp'): Promise<Message> {
  return decodeMessage((await server(fault).respond(query(owner), 'udp')).bytes!);
}

async function signed(script: readonly string[], key = EAST, zone?: string): Promise<{ bytes: Uint8Array; mac: Uint8Array }> {
  const message = updateOf(script);
  const question = zone === undefined ? message.question : [{ name: parseDomainName(zone), type: 'SOA', class: 'IN' } as const];
  return signMessage(encodeMessage({ ...message, question }), hmacSigner(key), { timeSigned: NOW_S });
}

async function update(
  fault: string,
  script: readonly string[],
  { key = EAST, may = true, zone }: { key?: typeof EAST; may?: boolean; zone?: string | undefined } = {},
): Promise<{ reply: Reply; mac: Uint8Array; nameServer: NameServer }> {
  const nameServer = server(fault, may);
  const { bytes, mac } = await signed(script, key, zone);
  return { reply: await nameServer.respond(bytes, 'tcp'), mac, nameServer };
}

async function verdictOf(bytes: Uint8Array, requestMac: Uint8Array): Promise<string> {
  const { kind } = await verifyMessage(bytes, findEast, { now: NOW_S, requestMac });
  if (kind !== 'bad-sig') return kind;
  return (await verifyMessage(bytes, findEast, { now: NOW_S, requestMac, digest: 'samba' })).kind === 'verified' ? 'samba' : kind;
}

function findEast(): ReturnType<typeof hmacSigner> {
  return hmacSigner(EAST);
}

async function rcodeUnsigned(fault: string, script: readonly string[]): Promise<string | null> {
  return (await server(fault).respond(encodeMessage(updateOf(script)), 'tcp')).rcode;
}

function nameOf(entry: { readonly name: { toString(): string } }): string {
  return entry.name.toString();
}

function targets({ answer }: Message): readonly string[] {
  return answer.map(({ rdata }) => (rdata.type === 'SRV' ? rdata.target.toString() : ''));
}
