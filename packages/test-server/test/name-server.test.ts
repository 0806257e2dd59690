import test from 'ava';
import * as fc from 'fast-check';
import { decodeMessage, encodeMessage, makeMessage } from '@srvkit/dns';
import { parseFault } from '../src/fault.ts';
import type { Reply } from '../src/name-server.ts';
import { ADD, bytesOf, ednsOf, query, server, signed, verdictOf } from './asked-name-server.ts';
import { contents, name, sampleZone } from './sample-zone.ts';
import { updateOf } from './update-fixture.ts';

test('an unsigned query is answered at once, without a promise', (t) => {
  const reply = server().respond(query('_vlmcs._tcp'), 'udp');
  t.false(reply instanceof Promise);
  t.like(decodeMessage(bytesOf(reply as Reply)), { id: 4711, rcode: 'NOERROR', authoritative: true, edns: undefined });
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
