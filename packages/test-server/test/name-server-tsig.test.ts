import test from 'ava';
import { decodeMessage, encodeMessage, hmacSigner, makeMessage, makeTsigKey, parseDomainName, signMessage } from '@srvkit/dns';
import { ADD, bytesOf, ednsOf, KEY, NOW_S, query, server, signed, verdictOf } from './asked-name-server.ts';
import { sampleZone } from './sample-zone.ts';

// RFC 8945 at the server: verdicts over requests, and signatures of replies.

test('a signed query is answered with a signature', async (t) => {
  const { bytes, mac } = await signMessage(query('_vlmcs._tcp'), hmacSigner(KEY), { timeSigned: NOW_S });
  const reply = await server().respond(bytes, 'udp');
  t.is((await verdictOf(reply, mac)).kind, 'verified');
  t.is(decodeMessage(bytesOf(reply)).answer.length, 1);
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
