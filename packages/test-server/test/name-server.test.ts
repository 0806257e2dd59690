import test from 'ava';
import * as fc from 'fast-check';
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
import type { Edns, Message, TsigKey } from '@srvkit/dns';
import { parseFault } from '../src/fault.ts';
import { NameServer } from '../src/name-server.ts';
import type { NameServerOptions, Reply } from '../src/name-server.ts';
import { contents, name, sampleZone } from './sample-zone.ts';
import { updateOf } from './update-fixture.ts';

const NOW_S = 1_800_000_000;
const KEY = makeTsigKey({ name: parseDomainName('east-key.'), secret: Buffer.from('a secret of the east') });
const ADD = updateOf(['update add a 60 A 192.0.2.1']);

test('an unsigned query is answered at once, without a promise', (t) => {
  const reply = server().respond(query('_vlmcs._tcp'), 'udp');
  t.false(reply instanceof Promise);
  t.like(decodeMessage(bytesOf(reply as Reply)), { id: 4711, rcode: 'NOERROR', authoritative: true, edns: undefined });
});

test('a signed query is answered with a signature', async (t) => {
  const { bytes, mac } = await signMessage(query('_vlmcs._tcp'), hmacSigner(KEY), { timeSigned: NOW_S });
  const reply = await server().respond(bytes, 'udp');
  t.is((await verdictOf(reply, mac)).kind, 'verified');
  t.is(decodeMessage(bytesOf(reply)).answer.length, 1);
});

test('a signed UPDATE changes the zone, and the next answer shows it', async (t) => {
  const nameServer = server();
  const { bytes, mac } = await signed(ADD);
  const reply = await nameServer.respond(bytes, 'tcp');
  t.like(reply, { rcode: 'NOERROR', serial: { before: 1, after: 2 }, fault: null });
  t.is(reply.key?.toString(), 'east-key.');
  t.is((await verdictOf(reply, mac)).kind, 'verified');
  t.like(decodeMessage(bytesOf(reply)), { opcode: 'UPDATE', rcode: 'NOERROR', answer: [], authority: [] });
  t.is(decodeMessage(bytesOf(await nameServer.respond(query('a', 'A'), 'udp'))).answer.length, 1);
});

test('an unsigned UPDATE is REFUSED before anything is looked at', (t) => {
  for (const message of [
    ADD,
    updateOf(['prereq yxdomain nothing']),
    { ...ADD, question: [{ name: name('example.com.'), type: 'SOA', class: 'IN' } as const] },
  ]) {
    const nameServer = server();
    const reply = nameServer.respond(encodeMessage(message), 'udp') as Reply;
    t.like(reply, { rcode: 'REFUSED', key: null, serial: null });
    t.is(nameServer.zones.get('example.org.')?.serial, 1);
  }
});

for (const { title, change, rcode, error, signature } of [
  {
    title: 'unknown key',
    change: { key: makeTsigKey({ name: parseDomainName('other.'), secret: KEY.secret }) },
    rcode: 'NOTAUTH',
    error: 'BADKEY',
    signature: 'none',
  },
  {
    title: 'right key, other algorithm',
    change: { key: makeTsigKey({ name: KEY.name, algorithm: 'hmac-sha512', secret: KEY.secret }) },
    rcode: 'NOTAUTH',
    error: 'BADKEY',
    signature: 'none',
  },
  {
    title: 'wrong secret',
    change: { key: makeTsigKey({ name: KEY.name, secret: Buffer.from('wrong') }) },
    rcode: 'NOTAUTH',
    error: 'BADSIG',
    signature: 'none',
  },
  { title: 'clock too slow', change: { timeSigned: NOW_S - 301 }, rcode: 'NOTAUTH', error: 'BADTIME', signature: 'right' },
  { title: 'clock too fast', change: { timeSigned: NOW_S + 301 }, rcode: 'NOTAUTH', error: 'BADTIME', signature: 'right' },
  {
    title: 'MAC shorter than we take',
    change: { key: makeTsigKey({ name: KEY.name, secret: KEY.secret, macOctets: 16 }) },
    rcode: 'NOTAUTH',
    error: 'BADTRUNC',
    signature: 'right',
  },
  { title: 'clock at the edge', change: { timeSigned: NOW_S - 300 }, rcode: 'NOERROR', error: 'NOERROR', signature: 'right' },
] as const) {
  test(`TSIG: ${title} is ${rcode} ${error} (RFC 8945 section 5.2)`, async (t) => {
    const nameServer = server();
    const { bytes, mac } = await signed(ADD, change);
    const reply = await nameServer.respond(bytes, 'tcp');
    const { tsig, rcode: sent } = decodeMessage(bytesOf(reply));
    t.is(sent, rcode);
    t.is(tsig?.rdata.error, error);
    t.is(tsig?.rdata.mac.length === 0, signature === 'none');
    if (signature === 'right') t.true(['verified', 'bad-time', 'bad-trunc'].includes((await verdictOf(reply, mac)).kind));
    t.is(reply.key === null, rcode !== 'NOERROR');
    t.is(nameServer.zones.get('example.org.')?.serial, rcode === 'NOERROR' ? 2 : 1);
  });
}

test('TSIG: a BADTIME reply carries the time of the request and, in Other Data, ours', async (t) => {
  const { bytes } = await signed(ADD, { timeSigned: NOW_S - 5000 });
  const { tsig } = decodeMessage(bytesOf(await server().respond(bytes, 'tcp')));
  t.is(tsig?.rdata.timeSigned, NOW_S - 5000);
  t.is(Buffer.from(tsig?.rdata.other ?? []).readUIntBE(0, 6), NOW_S);
});

test('TSIG: a flipped bit is a BADSIG', async (t) => {
  const { bytes } = await signed(ADD);
  bytes[14] = (bytes[14] ?? 0) ^ 0x20; // letter case in the zone name
  t.is(decodeMessage(bytesOf(await server().respond(bytes, 'tcp'))).tsig?.rdata.error, 'BADSIG');
});

test('TSIG: key names in other letter case are right', async (t) => {
  const { bytes } = await signed(ADD, { key: makeTsigKey({ name: parseDomainName('EAST-key.'), secret: KEY.secret }) });
  t.is((await server().respond(bytes, 'tcp')).rcode, 'NOERROR');
});

test('a key that may not update the zone is REFUSED, with a signature', async (t) => {
  const asked: string[] = [];
  const nameServer = server({
    mayUpdate: (key, zone) => {
      asked.push(`${key.toString()} ${zone.toString()}`);
      return false;
    },
  });
  const { bytes, mac } = await signed(ADD);
  const reply = await nameServer.respond(bytes, 'tcp');
  t.like(reply, { rcode: 'REFUSED', serial: null });
  t.is((await verdictOf(reply, mac)).kind, 'verified');
  t.deepEqual(asked, ['east-key. example.org.']);
});

for (const { title, question, rcode } of [
  { title: 'a zone we do not have', question: [{ name: name('example.com.'), type: 'SOA', class: 'IN' }], rcode: 'NOTAUTH' },
  { title: 'a name inside a zone', question: [{ name: name('a'), type: 'SOA', class: 'IN' }], rcode: 'NOTAUTH' },
  { title: 'another type than SOA', question: [{ name: name('example.com.'), type: 'A', class: 'IN' }], rcode: 'FORMERR' },
  { title: 'no zone', question: [], rcode: 'FORMERR' },
] as const) {
  test(`a signed UPDATE of ${title} is ${rcode}`, async (t) => {
    const { bytes } = await signed({ ...ADD, question });
    t.like(await server().respond(bytes, 'tcp'), { rcode, serial: null });
  });
}

test('an UPDATE with an EDNS version that is not known is BADVERS', async (t) => {
  const { bytes } = await signed({ ...ADD, edns: { ...ednsOf(1232), version: 1 } });
  const nameServer = server();
  t.is(decodeMessage(bytesOf(await nameServer.respond(bytes, 'tcp'))).rcode, 'BADVERS');
  t.is(nameServer.zones.get('example.org.')?.serial, 1);
});

test('updates that arrive together are applied in the order of their arrival', async (t) => {
  const nameServer = server();
  const scripts = Array.from({ length: 20 }, (_, index) => [`update delete a`, `update add a 60 A 192.0.2.${index}`]);
  const requests = await Promise.all(scripts.map((script) => signed(updateOf(script))));
  const replies = await Promise.all(requests.map(async ({ bytes }) => nameServer.respond(bytes, 'tcp')));
  t.deepEqual(
    replies.map((reply) => reply.serial?.before),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  t.true(contents(nameServer.zones.get('example.org.')!).includes('a.example.org. 60 IN A 192.0.2.19'));
});

for (const { title, edns, transport, truncated } of [
  { title: 'over UDP without EDNS to 512 octets', edns: undefined, transport: 'udp', truncated: true },
  { title: 'over UDP to the size of EDNS', edns: 900, transport: 'udp', truncated: true },
  { title: 'an EDNS size below 512 counts as 512', edns: 100, transport: 'udp', truncated: true },
  { title: 'an EDNS size above 1232 counts as 1232', edns: 4096, transport: 'udp', truncated: true },
  { title: 'not over TCP', edns: 512, transport: 'tcp', truncated: false },
] as const) {
  test(`a large answer is cut: ${title}`, (t) => {
    const lines = Array.from({ length: 60 }, (_, index) => `many SRV 0 0 ${index} kms${index}`).join('\n');
    const nameServer = server({ zones: [sampleZone(lines)] });
    const reply = bytesOf(nameServer.respond(query('many', 'SRV', edns === undefined ? undefined : ednsOf(edns)), transport) as Reply);
    t.true(transport === 'tcp' || reply.length <= Math.min(Math.max(edns ?? 512, 512), 1232));
    t.is(decodeMessage(reply).truncated, truncated);
    t.is(decodeMessage(reply).answer.length, truncated ? 0 : 60);
  });
}

test('addresses are left out before anything is cut (T2)', (t) => {
  const lines = Array.from({ length: 10 }, (_, index) => `s SRV 0 0 ${index} kms${index}\nkms${index} A 192.0.2.${index}`).join('\n');
  const reply = decodeMessage(bytesOf(server({ zones: [sampleZone(lines)] }).respond(query('s', 'SRV'), 'udp') as Reply));
  t.like(reply, { truncated: false });
  t.is(reply.answer.length, 10);
  t.true(reply.additional.length > 0 && reply.additional.length < 10);
});

test('a signed answer leaves room for its signature', async (t) => {
  const lines = Array.from({ length: 20 }, (_, index) => `s SRV 0 0 ${index} kms${index}`).join('\n');
  for (const size of [512, 600, 700, 800, 900, 1000]) {
    const { bytes, mac } = await signMessage(query('s', 'SRV', ednsOf(size)), hmacSigner(KEY), { timeSigned: NOW_S });
    const reply = await server({ zones: [sampleZone(lines)] }).respond(bytes, 'udp');
    t.true(bytesOf(reply).length <= size);
    t.is((await verdictOf(reply, mac)).kind, 'verified');
  }
});

test('long names in a TSIG record are answered all the same', async (t) => {
  const long = parseDomainName(`${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(60)}.`);
  const key = makeTsigKey({ name: long, algorithm: 'hmac-sha512', secret: KEY.secret });
  const request = encodeMessage(
    makeMessage({
      id: 1,
      question: [{ name: parseDomainName(`${'e'.repeat(63)}.${'f'.repeat(63)}.${'g'.repeat(63)}.org.`), type: 'A', class: 'IN' }],
    }),
  );
  for (const keys of [[], [key]]) {
    for (const timeSigned of [NOW_S, 0]) {
      const { bytes } = await signMessage(request, hmacSigner(key), { timeSigned });
      t.not((await server({ keys }).respond(bytes, 'udp')).bytes, undefined);
    }
  }
});

test('names of a TSIG record that were compressed in the request have room in the reply', async (t) => {
  const question = [
    { name: parseDomainName(`${'e'.repeat(63)}.${'f'.repeat(63)}.${'g'.repeat(63)}.org.`), type: 'A', class: 'IN' } as const,
  ];
  const request = encodeMessage(makeMessage({ id: 1, question, edns: ednsOf(512) }));
  const pointer = [0xc0, 12];
  const tsig = [...pointer, 0, 250, 0, 255, 0, 0, 0, 0, 0, 18, ...pointer, ...Array.from({ length: 16 }, () => 0)];
  const bytes = Uint8Array.from([...request, ...tsig]);
  bytes[11] = (bytes[11] ?? 0) + 1;
  const reply = decodeMessage(bytesOf(await server().respond(bytes, 'udp')));
  t.like(reply, { rcode: 'NOTAUTH' });
  t.is(reply.tsig?.rdata.error, 'BADKEY');
});

test('a signed answer is not larger than asked for, however large the request', async (t) => {
  const lines = Array.from({ length: 60 }, (_, index) => `many SRV 0 0 ${index} kms${index}`).join('\n');
  const edns = { ...ednsOf(512), options: [{ code: 12, data: new Uint8Array(3000) }] };
  const { bytes } = await signMessage(query('many', 'SRV', edns), hmacSigner(KEY), { timeSigned: NOW_S });
  const reply = bytesOf(await server({ zones: [sampleZone(lines)] }).respond(bytes, 'udp'));
  t.true(reply.length <= 512);
  t.like(decodeMessage(reply), { truncated: true, rcode: 'NOERROR' });
});

for (const { title, bytes, rcode } of [
  { title: 'nothing', bytes: [], rcode: null },
  { title: 'eleven octets', bytes: Array.from({ length: 11 }, () => 0), rcode: null },
  { title: 'a header that announces a question', bytes: [0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0], rcode: 'FORMERR' },
  { title: 'a header and nothing', bytes: [0x12, 0x34, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0], rcode: 'FORMERR' },
  { title: 'a response', bytes: [0x12, 0x34, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0], rcode: null },
  { title: 'a malformed response', bytes: [0x12, 0x34, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0], rcode: null },
]) {
  test(`${title} gets ${rcode ?? 'no reply'}`, (t) => {
    const reply = server().respond(Uint8Array.from(bytes), 'udp') as Reply;
    t.is(reply.rcode, rcode as Reply['rcode']);
    t.is(reply.bytes === undefined, rcode === null);
    if (reply.bytes !== undefined)
      t.like(decodeMessage(reply.bytes), { id: 0x1234, response: true, rcode: 'FORMERR', recursionDesired: true });
  });
}

test('many questions are not repeated', (t) => {
  const question = Array.from({ length: 100 }, () => ({ name: name('a'), type: 'A', class: 'IN' }) as const);
  t.like(decodeMessage(bytesOf(server().respond(encodeMessage(makeMessage({ id: 1, question })), 'udp') as Reply)), {
    rcode: 'FORMERR',
    question: [],
  });
});

test('octets of any kind get a reply that can be read, or none', async (t) => {
  const nameServer = server();
  const good = [query('_vlmcs._tcp'), encodeMessage(ADD), (await signed(ADD)).bytes];
  const flipped = fc
    .tuple(fc.constantFrom(...good), fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }))
    .map(([bytes, flips]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, mask] of flips) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ mask;
      return copy;
    });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 80 }), flipped), async (bytes) => {
      const reply = await nameServer.respond(bytes, 'udp');
      if (reply.bytes === undefined) return;
      t.true(reply.bytes.length <= 1232);
      t.true(decodeMessage(reply.bytes).response);
    }),
    { numRuns: 1000 },
  );
});

test('faults: the reply that was to be is spoiled, and says by what', (t) => {
  const cases = [
    { faults: ['*=drop'], want: { rcode: null, fault: 'drop', delayMs: 0 } },
    { faults: ['*=delay:200ms'], want: { rcode: 'NOERROR', fault: 'delay:200ms', delayMs: 200 } },
    { faults: ['*=servfail'], want: { rcode: 'SERVFAIL', fault: 'servfail', delayMs: 0 } },
    { faults: ['*=delay:2s', '*=refused'], want: { rcode: 'REFUSED', fault: 'delay:2s,refused', delayMs: 2000 } },
    { faults: ['other.example.org=drop'], want: { rcode: 'NOERROR', fault: null, delayMs: 0 } },
  ] as const;
  for (const { faults, want } of cases) {
    t.like(server({ faults: faults.map(parseFault) }).respond(query('_vlmcs._tcp'), 'udp'), want);
  }
});

test('faults: truncate cuts over UDP only, wrong-id changes only the id', (t) => {
  const truncating = server({ faults: [parseFault('*=truncate')] });
  t.like(decodeMessage(bytesOf(truncating.respond(query('_vlmcs._tcp'), 'udp') as Reply)), { truncated: true, answer: [] });
  t.like(decodeMessage(bytesOf(truncating.respond(query('_vlmcs._tcp'), 'tcp') as Reply)), { truncated: false });
  const right = bytesOf(server().respond(query('_vlmcs._tcp'), 'udp') as Reply);
  const wrong = bytesOf(server({ faults: [parseFault('*=wrong-id')] }).respond(query('_vlmcs._tcp'), 'udp') as Reply);
  t.deepEqual(wrong.subarray(2), right.subarray(2));
  t.notDeepEqual(wrong.subarray(0, 2), right.subarray(0, 2));
});

test('faults: an UPDATE that is dropped or refused by a fault on its zone is not applied', async (t) => {
  for (const fault of ['drop', 'servfail', 'refused']) {
    const nameServer = server({ faults: [parseFault(`example.org=${fault}`)] });
    const { bytes, mac } = await signed(ADD);
    const reply = await nameServer.respond(bytes, 'tcp');
    t.is(nameServer.zones.get('example.org.')?.serial, 1);
    if (fault === 'drop') t.is(reply.bytes, undefined);
    else t.is((await verdictOf(reply, mac)).kind, 'verified');
  }
});

function server(options: Partial<NameServerOptions> = {}): NameServer {
  return new NameServer({ zones: [sampleZone('_vlmcs._tcp SRV 0 0 1688 kms1')], keys: [KEY], now: () => NOW_S * 1000 + 999, ...options });
}

function query(owner: string, type: 'SRV' | 'A' = 'SRV', edns?: Edns): Uint8Array {
  return encodeMessage(makeMessage({ id: 4711, recursionDesired: true, question: [{ name: name(owner), type, class: 'IN' }], edns }));
}

function ednsOf(udpPayloadSize: number): Edns {
  return { udpPayloadSize, version: 0, dnssecOk: false, options: [] };
}

function signed(message: Message, change: { readonly key?: TsigKey; readonly timeSigned?: number } = {}): ReturnType<typeof signMessage> {
  return signMessage(encodeMessage(message), hmacSigner(change.key ?? KEY), { timeSigned: change.timeSigned ?? NOW_S });
}

function verdictOf(reply: Reply, requestMac: Uint8Array): ReturnType<typeof verifyMessage> {
  return verifyMessage(bytesOf(reply), () => hmacSigner(KEY), { now: NOW_S, requestMac });
}

function bytesOf(reply: Reply): Uint8Array {
  if (reply.bytes === undefined) throw new Error('no reply');
  return reply.bytes;
}
