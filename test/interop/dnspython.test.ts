import { decodeMessage, encodeMessage, formatRecord, hmacSigner, keyring, parseMasterFile, signMessage, verifyMessage } from '@srvkit/dns';
import type { TsigAlgorithm } from '@srvkit/dns';
import { dnspython, dnspythonOnce, hex, keysOf, octets, readingOf } from './dnspython.ts';
import { EAST_ZONE, SERVICE } from './east-zone.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { serve } from './serve.ts';
import { WHOLE_UPDATE } from './whole-update.ts';

judgeTest(['dnspython'], 'dnspython reads every record our server gives, over UDP and TCP', async (t) => {
  const server = await serve(t, { zones: [EAST_ZONE] });
  const owners = new Map(
    parseMasterFile(EAST_ZONE).map(({ name, type }) => [`${name.toString()} ${type}`, { name: name.toString(), type }]),
  );
  const asked = [...owners.values()].flatMap((question) => [
    { do: 'ask', server: server.address, transport: 'udp', ...question, edns: 1232 } as const,
    { do: 'ask', server: server.address, transport: 'tcp', ...question } as const,
  ]);
  const replies = await dnspython(...asked);
  for (const [index, { name, type }] of asked.entries()) {
    const { wire, ...reply } = replies[index] ?? {};
    const expected = parseMasterFile(EAST_ZONE).filter((record) => record.name.toString() === name && record.type === type);
    t.deepEqual(reply.answer?.toSorted(), expected.map(formatRecord).toSorted(), `${name} ${type}`);
    t.like(reply, { ...readingOf(decodeMessage(octets(wire))), flags: ['QR', 'AA'], edns: index % 2 === 0 ? 1232 : null, signed: false });
  }
});

judgeTest(['dnspython'], 'no SRV target in our replies is compressed, though a name before it is the same', async (t) => {
  const server = await serve(t, { zones: [EAST_ZONE] });
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
  const server = await serve(t, { zones: [[EAST_ZONE, ...crowd].join('\n')] });
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
  const wire = hex(encodeMessage(WHOLE_UPDATE));
  const reading = await dnspythonOnce({ do: 'read', wire });
  t.deepEqual(reading, { ...readingOf(WHOLE_UPDATE), flags: [], edns: null, signed: false });
  t.deepEqual(reading.answer, [
    'in-use.east.contoso.com. 0 ANY ANY \\# 0',
    'free.east.contoso.com. 0 NONE ANY \\# 0',
    `${SERVICE} 0 ANY SRV \\# 0`,
    'kms-e9.east.contoso.com. 0 NONE A \\# 0',
    `${SERVICE} 0 IN SRV 10 75 1688 kms-e1.east.contoso.com.`,
    `${SERVICE} 0 IN SRV 10 25 1688 kms-e2.east.contoso.com.`,
  ]);
  t.deepEqual(reading.authority, [
    `${SERVICE} 3600 IN SRV 10 25 1688 kms-e2.east.contoso.com.`,
    `${SERVICE} 0 NONE SRV 10 75 1688 kms-e1.east.contoso.com.`,
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
    const key = makeKey({ algorithm });
    const keys = keysOf(key);
    const now = Math.floor(Date.now() / 1000);
    const request = await signMessage(encodeMessage(WHOLE_UPDATE), hmacSigner(key), { timeSigned: now });
    const reply = await signMessage(encodeMessage({ ...WHOLE_UPDATE, response: true, answer: [], authority: [] }), hmacSigner(key), {
      timeSigned: now,
      requestMac: request.mac,
    });
    const requestMac = hex(request.mac);
    const [asRequest, asReply, asReplyToAnother, withOtherSecret, made] = await dnspython(
      { do: 'read', wire: hex(request.bytes), keys },
      { do: 'read', wire: hex(reply.bytes), keys, requestMac },
      { do: 'read', wire: hex(reply.bytes), keys, requestMac: requestMac.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
      { do: 'read', wire: hex(request.bytes), keys: keysOf(makeKey({ algorithm, secret: 'another secret' })) },
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

judgeTest(['dnspython'], 'dnspython transfers a large zone from our server and verifies every message of it', async (t) => {
  const key = makeKey();
  const hosts = Array.from({ length: 5000 }, (_, at) => `kms-${at} A 192.0.2.${at % 256}`);
  const text = ['$ORIGIN contoso.com.', '$TTL 60', '@ SOA dns1 hostmaster 1 900 600 86400 60', '@ NS dns1', ...hosts, ''].join('\n');
  const server = await serve(t, { zones: [text], keys: [key] });
  const job = { do: 'transfer', server: server.address, zone: 'contoso.com.', key: key.name.toString() } as const;
  const wrong = { ...key, secret: Buffer.from('another secret') };
  const [transfer, refused] = await dnspython({ ...job, keys: keysOf(key) }, { ...job, keys: keysOf(wrong) });
  t.is(transfer?.error, undefined);
  t.true(transfer?.signed);
  const records = parseMasterFile(text).map(formatRecord);
  t.deepEqual(transfer?.answer?.toSorted(), [...records, records[0] ?? ''].toSorted());
  t.is(refused?.error, 'PeerBadSignature');
});
