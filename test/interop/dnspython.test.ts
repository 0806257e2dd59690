import {
  decodeMessage,
  encodeMessage,
  formatRecord,
  hmacSigner,
  keyring,
  makeTsigKey,
  makeUpdate,
  parseDomainName,
  parseMasterFile,
  parseRecord,
  signMessage,
  verifyMessage,
} from '@srvkit/dns';
import type { ResourceRecord, TsigAlgorithm, TsigKey } from '@srvkit/dns';
import { createTestServer } from '@srvkit/test-server';
import type { TestServer, TestServerOptions } from '@srvkit/test-server';
import type { ExecutionContext } from 'ava';
import { dnspython, dnspythonOnce, hex, keysOf, octets, readingOf } from './dnspython.ts';
import { judgeTest } from './program.ts';

const SERVICE = '_vlmcs._tcp.east.contoso.com.';
const ZONE = `
$ORIGIN east.contoso.com.
$TTL 3600
@            SOA dns1 hostmaster 1 900 600 86400 60
@            NS dns1
dns1         A 127.0.0.1
_vlmcs._tcp  SRV 10 75 1688 kms-e1
_vlmcs._tcp  SRV 10 25 1688 kms-e2
kms-e1       A 192.0.2.11
kms-e1       AAAA 2001:db8::11
kms-e2       A 192.0.2.12
kms          CNAME kms-e1
mail         MX 10 kms-e2
11           PTR kms-e1
text         TXT "two words" "a \\"quote\\", \\\\ and ;" "\\000\\195\\188"
unknown      TYPE65280 \\# 4 deadbeef
old\\.name    A 192.0.2.13
`;

judgeTest(['dnspython'], 'dnspython reads every record our server gives, over UDP and TCP', async (t) => {
  const server = await serve(t);
  const owners = new Map(parseMasterFile(ZONE).map(({ name, type }) => [`${name.toString()} ${type}`, { name: name.toString(), type }]));
  const asked = [...owners.values()].flatMap((question) => [
    { do: 'ask', server: server.address, transport: 'udp', ...question, edns: 1232 } as const,
    { do: 'ask', server: server.address, transport: 'tcp', ...question } as const,
  ]);
  const replies = await dnspython(...asked);
  for (const [index, { name, type }] of asked.entries()) {
    const { wire, ...reply } = replies[index] ?? {};
    const expected = parseMasterFile(ZONE).filter((record) => record.name.toString() === name && record.type === type);
    t.deepEqual(reply.answer?.toSorted(), expected.map(formatRecord).toSorted(), `${name} ${type}`);
    t.like(reply, { ...readingOf(decodeMessage(octets(wire))), flags: ['QR', 'AA'], edns: index % 2 === 0 ? 1232 : null, signed: false });
  }
});

judgeTest(['dnspython'], 'no SRV target in our replies is compressed, though a name before it is the same', async (t) => {
  const server = await serve(t);
  const { wire = '', error } = await dnspythonOnce({ do: 'ask', server: server.address, transport: 'udp', name: SERVICE, type: 'SRV' });
  t.is(error, undefined);
  for (const [weight, host] of [
    ['004b', 'kms-e1'],
    ['0019', 'kms-e2'],
  ] as const) {
    const target = [host, 'east', 'contoso', 'com'].map((label) => `0${label.length}${hex(Buffer.from(label))}`).join('');
    t.true(wire.includes(`001f000a${weight}0698${target}00`), `${host} in ${wire}`);
  }
});

judgeTest(['dnspython'], 'dnspython reads negative answers, truncation and refusals of ours', async (t) => {
  const crowd = Array.from({ length: 60 }, (_, index) => `crowd SRV 1 ${index} 1688 kms-${index}.east.contoso.com.`);
  const server = await serve(t, { zones: [[ZONE, ...crowd].join('\n')] });
  const ask = { do: 'ask', server: server.address, transport: 'udp', type: 'SRV' } as const;
  const [nothing, noType, refused, truncated, whole] = await dnspython(
    { ...ask, name: 'nothing.east.contoso.com.' },
    { ...ask, name: 'kms-e1.east.contoso.com.' },
    { ...ask, name: 'kms.west.contoso.com.' },
    { ...ask, name: 'crowd.east.contoso.com.' },
    { ...ask, name: 'crowd.east.contoso.com.', transport: 'tcp' },
  );
  const soa = 'east.contoso.com. 60 IN SOA dns1.east.contoso.com. hostmaster.east.contoso.com. 1 900 600 86400 60';
  t.like(nothing, { rcode: 'NXDOMAIN', flags: ['QR', 'AA'], answer: [], authority: [soa] });
  t.like(noType, { rcode: 'NOERROR', flags: ['QR', 'AA'], answer: [], authority: [soa] });
  t.like(refused, { rcode: 'REFUSED', flags: ['QR'], answer: [], authority: [] });
  t.deepEqual(truncated?.flags, ['QR', 'AA', 'TC']);
  t.is(new Set(whole?.answer).size, 60);
});

judgeTest(['dnspython'], 'dnspython reads an UPDATE of ours with all five prerequisites and all four operations', async (t) => {
  const wire = hex(encodeMessage(UPDATE));
  const reading = await dnspythonOnce({ do: 'read', wire });
  t.deepEqual(reading, { ...readingOf(UPDATE), flags: [], edns: null, signed: false });
  t.deepEqual(reading.answer, [
    'in-use.east.contoso.com. 0 ANY ANY \\# 0',
    'free.east.contoso.com. 0 NONE ANY \\# 0',
    `${SERVICE} 0 ANY SRV \\# 0`,
    'kms-e9.east.contoso.com. 0 NONE A \\# 0',
    `${SERVICE} 0 IN SRV 10 75 1688 kms-e1.east.contoso.com.`,
    `${SERVICE} 0 IN SRV 10 25 1688 kms-e2.east.contoso.com.`,
  ]);
  t.deepEqual(reading.authority, [
    `${SERVICE} 3600 IN SRV 10 75 1688 kms-e3.east.contoso.com.`,
    `${SERVICE} 0 NONE SRV 10 25 1688 kms-e2.east.contoso.com.`,
    'kms-e2.east.contoso.com. 0 ANY A \\# 0',
    'old.east.contoso.com. 0 ANY ANY \\# 0',
  ]);
});

for (const algorithm of [
  'hmac-sha224',
  'hmac-sha256',
  'hmac-sha256-128',
  'hmac-sha384',
  'hmac-sha384-192',
  'hmac-sha512',
  'hmac-sha512-256',
  'hmac-sha1',
  'hmac-md5',
] as const satisfies readonly TsigAlgorithm[]) {
  judgeTest(['dnspython'], `dnspython verifies what we sign with ${algorithm}, requests and replies, and we what it signs`, async (t) => {
    const key = makeKey(algorithm);
    const keys = keysOf(key);
    const now = Math.floor(Date.now() / 1000);
    const request = await signMessage(encodeMessage(UPDATE), hmacSigner(key), { timeSigned: now });
    const reply = await signMessage(encodeMessage({ ...UPDATE, response: true, answer: [], authority: [] }), hmacSigner(key), {
      timeSigned: now,
      requestMac: request.mac,
    });
    const requestMac = hex(request.mac);
    const [asRequest, asReply, asReplyToAnother, withOtherSecret, made] = await dnspython(
      { do: 'read', wire: hex(request.bytes), keys },
      { do: 'read', wire: hex(reply.bytes), keys, requestMac },
      { do: 'read', wire: hex(reply.bytes), keys, requestMac: requestMac.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
      { do: 'read', wire: hex(request.bytes), keys: keysOf(makeKey(algorithm, 'another secret')) },
      { do: 'make', zone: 'east.contoso.com.', operations: [['delete', SERVICE, 'SRV']], keys, key: 'east-key' },
    );
    t.like(asRequest, { signed: true, opcode: 'UPDATE' });
    t.like(asReply, { signed: true, flags: ['QR'] });
    t.deepEqual([asReplyToAnother, withOtherSecret], [{ error: 'BadSignature' }, { error: 'BadSignature' }]);
    const verdict = await verifyMessage(octets(made?.wire), keyring([hmacSigner(key)]), { now });
    t.is(verdict.kind, 'verified');
    t.is(verdict.kind === 'verified' ? hex(verdict.mac) : undefined, made?.mac);
  });
}

judgeTest(['dnspython'], 'we read an UPDATE of dnspython with every prerequisite and operation it knows', async (t) => {
  const srv = `10 75 1688 kms-e1.east.contoso.com.`;
  const { wire } = await dnspythonOnce({
    do: 'make',
    zone: 'east.contoso.com.',
    operations: [
      ['present', 'in-use'],
      ['present', SERVICE, 'SRV'],
      ['present', SERVICE, 'SRV', srv],
      ['absent', 'free'],
      ['absent', 'kms-e9', 'A'],
      ['add', SERVICE, 60, 'SRV', '10 25 1688 kms-e2.east.contoso.com.'],
      ['add', 'text', 60, 'TXT', '"two words" "and \\"more\\""'],
      ['delete', SERVICE, 'SRV', srv],
      ['delete', 'kms-e2', 'A'],
      ['delete', 'old'],
    ],
  });
  const message = decodeMessage(octets(wire));
  t.like(readingOf(message), { opcode: 'UPDATE', question: ['east.contoso.com. IN SOA'], additional: [] });
  t.deepEqual(message.answer.map(formatRecord), [
    'in-use.east.contoso.com. 0 ANY ANY \\# 0',
    `${SERVICE} 0 ANY SRV \\# 0`,
    `${SERVICE} 0 IN SRV ${srv}`,
    'free.east.contoso.com. 0 NONE ANY \\# 0',
    'kms-e9.east.contoso.com. 0 NONE A \\# 0',
  ]);
  t.deepEqual(message.authority.map(formatRecord), [
    `${SERVICE} 60 IN SRV 10 25 1688 kms-e2.east.contoso.com.`,
    'text.east.contoso.com. 60 IN TXT "two words" "and \\"more\\""',
    `${SERVICE} 0 NONE SRV ${srv}`,
    'kms-e2.east.contoso.com. 0 ANY A \\# 0',
    'old.east.contoso.com. 0 ANY ANY \\# 0',
  ]);
});

for (const transport of ['udp', 'tcp'] as const) {
  judgeTest(['dnspython'], `dnspython updates our server over ${transport.toUpperCase()} and verifies the reply`, async (t) => {
    const key = makeKey('hmac-sha256');
    const keys = keysOf(key);
    const server = await serve(t, { keys: [key] });
    const operations = [
      ['present', SERVICE, 'SRV'],
      ['delete', SERVICE, 'SRV', '10 25 1688 kms-e2.east.contoso.com.'],
      ['add', SERVICE, 3600, 'SRV', '20 0 1688 kms-e3.east.contoso.com.'],
    ];
    const made = await dnspythonOnce({ do: 'make', zone: 'east.contoso.com.', operations, keys, key: 'EAST-key' });
    const reply = await dnspythonOnce({
      do: 'exchange',
      server: server.address,
      transport,
      wire: made.wire ?? '',
      keys,
      requestMac: made.mac ?? '',
    });
    t.like(reply, { rcode: 'NOERROR', opcode: 'UPDATE', flags: ['QR'], signed: true });
    t.deepEqual(contents(server, SERVICE), [
      `${SERVICE} 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.`,
      `${SERVICE} 3600 IN SRV 20 0 1688 kms-e3.east.contoso.com.`,
    ]);
    t.is(server.zones.get('east.contoso.com.')?.serial, 2);
  });
}

interface WronglySigned {
  readonly title: string;
  readonly signed: { secret?: string; name?: string; algorithm?: TsigAlgorithm; skew?: number; fudge?: number };
  readonly error?: string;
  readonly macOctets: number;
}
const WRONGLY_SIGNED: readonly WronglySigned[] = [
  { title: 'another secret', signed: { secret: 'another secret' }, error: 'PeerBadSignature', macOctets: 0 },
  { title: 'an unknown key', signed: { name: 'west-key' }, error: 'PeerBadKey', macOctets: 0 },
  { title: 'another algorithm', signed: { algorithm: 'hmac-sha512' }, error: 'PeerBadKey', macOctets: 0 },
  { title: 'a clock that is 10 minutes slow', signed: { skew: -600 }, error: 'PeerBadTime', macOctets: 32 },
  { title: 'a clock that is 10 minutes fast', signed: { skew: 600 }, error: 'PeerBadTime', macOctets: 32 },
  { title: 'a clock 10 seconds off, where 5 are allowed', signed: { skew: 10, fudge: 5 }, error: 'PeerBadTime', macOctets: 32 },
  { title: 'a clock 200 seconds off, where 300 are allowed', signed: { skew: -200 }, macOctets: 32 },
];

for (const { title, signed, error, macOctets } of WRONGLY_SIGNED) {
  judgeTest(['dnspython'], `to an UPDATE signed with ${title} dnspython is told ${error ?? 'that it is done'}`, async (t) => {
    const { secret, name = 'east-key', algorithm = 'hmac-sha256', skew = 0, fudge = 300 } = signed;
    const server = await serve(t, { keys: [makeKey('hmac-sha256')] });
    const keys = keysOf(makeKey(algorithm, secret, name));
    const made = await dnspythonOnce({
      do: 'make',
      zone: 'east.contoso.com.',
      operations: [['delete', SERVICE]],
      keys,
      key: name,
      skew,
      fudge,
    });
    const reply = await dnspythonOnce({
      do: 'exchange',
      server: server.address,
      transport: 'udp',
      wire: made.wire ?? '',
      keys,
      requestMac: made.mac ?? '',
    });
    const message = decodeMessage(octets(reply.wire));
    t.is(reply.error, error);
    t.is(message.rcode, error === undefined ? 'NOERROR' : 'NOTAUTH');
    t.is(message.tsig?.rdata.mac.length, macOctets);
    t.is(contents(server, SERVICE).length, error === undefined ? 0 : 2);
  });
}

judgeTest(
  ['dnspython'],
  'a signed UPDATE whose id was changed on the way is still accepted, one with another octet changed is not',
  async (t) => {
    const key = makeKey('hmac-sha256');
    const keys = keysOf(key);
    const server = await serve(t, { keys: [key] });
    const made = await dnspythonOnce({
      do: 'make',
      zone: 'east.contoso.com.',
      operations: [['delete', SERVICE, 'SRV']],
      keys,
      key: 'east-key',
    });
    const changed = (at: number): string => hex(octets(made.wire).map((octet, index) => (index === at ? octet ^ 1 : octet)));
    const exchange = { do: 'exchange', server: server.address, transport: 'udp', keys, requestMac: made.mac ?? '' } as const;
    const [otherOctet, otherId] = await dnspython({ ...exchange, wire: changed(40) }, { ...exchange, wire: changed(0) });
    t.is(otherOctet?.error, 'PeerBadSignature');
    t.like(otherId, { rcode: 'NOERROR', signed: true });
    t.deepEqual(contents(server, SERVICE), []);
  },
);

const UPDATE = makeUpdate({
  id: 4711,
  zone: parseDomainName('east.contoso.com'),
  prerequisites: [
    { kind: 'nameInUse', name: parseDomainName('in-use.east.contoso.com') },
    { kind: 'nameNotInUse', name: parseDomainName('free.east.contoso.com') },
    { kind: 'rrsetExists', name: parseDomainName(SERVICE), type: 'SRV' },
    { kind: 'rrsetAbsent', name: parseDomainName('kms-e9.east.contoso.com'), type: 'A' },
    { kind: 'rrsetEquals', records: [srvOf('10 75 1688 kms-e1'), srvOf('10 25 1688 kms-e2')] },
  ],
  operations: [
    { kind: 'add', record: srvOf('10 75 1688 kms-e3') },
    { kind: 'deleteRecord', record: srvOf('10 25 1688 kms-e2') },
    { kind: 'deleteRRset', name: parseDomainName('kms-e2.east.contoso.com'), type: 'A' },
    { kind: 'deleteName', name: parseDomainName('old.east.contoso.com') },
  ],
});

function srvOf(rdata: string): ResourceRecord {
  return parseRecord(`${SERVICE} 3600 IN SRV ${rdata}.east.contoso.com.`);
}

function makeKey(algorithm: TsigAlgorithm, secret = 'a secret of more than 32 octets, for tests', name = 'east-key'): TsigKey {
  return makeTsigKey({ name: parseDomainName(name), algorithm, secret: Buffer.from(secret) });
}

function contents(server: TestServer, owner: string): readonly string[] {
  const zone = server.zones.get('east.contoso.com.');
  return (zone?.rrset(parseDomainName(owner), 'SRV')?.records ?? []).map(formatRecord).toSorted();
}

async function serve(t: ExecutionContext, options: Partial<TestServerOptions> = {}): Promise<TestServer> {
  const server = await createTestServer({ zones: [ZONE], ...options });
  t.teardown(() => server.close());
  return server;
}
