import { parseKeyFile } from '@srvkit/dns';
import { dig, digOne } from './dig.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { run } from './program.ts';
import { serve } from './serve.ts';

const KEY = 'hmac-sha256:east-key:ZWFzdC10ZXN0LXNlY3JldC0zMi1ieXRlcy1sb25nISE=';

// One record of every type, the way dig prints it.
const RECORDS = [
  'east.contoso.com. 3600 IN NS dns1.east.contoso.com.',
  'dns1.east.contoso.com. 3600 IN A 127.0.0.1',
  '_vlmcs._tcp.east.contoso.com. 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.',
  '_vlmcs._tcp.east.contoso.com. 3600 IN SRV 10 25 1688 kms-e2.east.contoso.com.',
  'kms-e1.east.contoso.com. 3600 IN A 192.0.2.11',
  'kms-e1.east.contoso.com. 3600 IN AAAA 2001:db8::11',
  'kms-e2.east.contoso.com. 60 IN A 192.0.2.12',
  'kms.east.contoso.com. 3600 IN CNAME kms-e1.east.contoso.com.',
  'mail.east.contoso.com. 3600 IN MX 10 kms-e2.east.contoso.com.',
  '11.east.contoso.com. 3600 IN PTR kms-e1.east.contoso.com.',
  'text.east.contoso.com. 3600 IN TXT "two words" "a \\"quote\\", \\\\ and ;" "\\000\\195\\188"',
  'unknown.east.contoso.com. 3600 IN TYPE65280 \\# 4 DEADBEEF',
  'empty.east.contoso.com. 3600 IN TYPE65281 \\# 0',
  '\\@od\\.d\\032na\\"me.east.contoso.com. 3600 IN A 192.0.2.13',
  'MiXed.east.contoso.com. 3600 IN A 192.0.2.14',
  '_gone._tcp.east.contoso.com. 3600 IN SRV 0 0 0 .',
];
const SOA = 'east.contoso.com. 60 IN SOA dns1.east.contoso.com. hostmaster.east.contoso.com. 7 900 600 86400 60';
const ZONE = `east.contoso.com. 3600 IN SOA dns1.east.contoso.com. hostmaster.east.contoso.com. 7 900 600 86400 60\n${RECORDS.join('\n')}\n`;

judgeTest(['dig'], 'dig reads the SRV records of a service and the addresses of its hosts', async (t) => {
  const server = await serve(t, { zones: [ZONE] });
  const reply = await digOne(server.address, '_vlmcs._tcp.east.contoso.com', 'SRV');
  t.like(reply, { status: 'NOERROR', flags: ['qr', 'aa'], edns: 'version: 0, flags:; udp: 1232', transport: 'udp', remarks: [] });
  t.deepEqual(reply.answer.toSorted(), recordsOf('_vlmcs._tcp.east.contoso.com.').toSorted());
  t.deepEqual(reply.additional.toSorted(), [...recordsOf('kms-e1.east.contoso.com.'), ...recordsOf('kms-e2.east.contoso.com.')].toSorted());
});

judgeTest(['dig'], 'dig reads a record of every type as it was written', async (t) => {
  const server = await serve(t, { zones: [ZONE] });
  const owners = [...new Set(RECORDS.map((record) => record.split(' ').slice(0, 4)).map(([owner, , , type]) => `${owner} ${type}`))];
  const replies = await dig(server.address, ...owners.flatMap((question) => question.split(' ')));
  t.deepEqual(replies.flatMap((reply) => reply.answer).toSorted(), RECORDS.toSorted());
  t.deepEqual([...new Set(replies.map(({ status }) => status))], ['NOERROR']);
  t.deepEqual(
    replies.flatMap(({ remarks }) => remarks),
    [],
  );
});

judgeTest(['dig'], 'dig is told NXDOMAIN, NODATA and REFUSED apart, negative answers with the SOA', async (t) => {
  const server = await serve(t, { zones: [ZONE] });
  const questions = ['nothing SRV', 'kms-e1 SRV', '_tcp SRV', 'kms A'].flatMap((question) =>
    question.replace(' ', '.east.contoso.com ').split(' '),
  );
  const replies = await dig(server.address, ...questions, '_vlmcs._tcp.west.contoso.com', 'SRV');
  const [nothing, noType, emptyNonTerminal, alias, foreign] = replies;
  t.like(nothing, { status: 'NXDOMAIN', flags: ['qr', 'aa'], answer: [], authority: [SOA], remarks: [] });
  t.like(noType, { status: 'NOERROR', flags: ['qr', 'aa'], answer: [], authority: [SOA], remarks: [] });
  t.like(emptyNonTerminal, { status: 'NOERROR', answer: [], authority: [SOA] });
  t.like(foreign, { status: 'REFUSED', flags: ['qr'], answer: [], authority: [], remarks: [] });
  t.deepEqual(alias?.answer, [...recordsOf('kms.east.contoso.com.'), ...recordsOf('kms-e1.east.contoso.com.').slice(0, 1)]);
});

judgeTest(['dig'], 'dig without EDNS gets a reply without EDNS, an unknown version BADVERS', async (t) => {
  const server = await serve(t, { zones: [ZONE] });
  const plain = await digOne(server.address, '+noedns', '_vlmcs._tcp.east.contoso.com', 'SRV');
  t.like(plain, { status: 'NOERROR', edns: undefined, remarks: [] });
  t.is(plain.answer.length, 2);
  const future = await digOne(server.address, '+edns=1', '+noednsnegotiation', '_vlmcs._tcp.east.contoso.com', 'SRV');
  t.like(future, { status: 'BADVERS', answer: [], remarks: [] });
  t.regex(future.edns ?? '', /^version: 0/);
  const withOptions = await digOne(server.address, '+nsid', '+cookie', '+dnssec', '_vlmcs._tcp.east.contoso.com', 'SRV');
  t.like(withOptions, { status: 'NOERROR', edns: 'version: 0, flags: do; udp: 1232', remarks: [] });
});

judgeTest(['dig'], 'dig sees a set of 60 truncated over UDP and whole over TCP', async (t) => {
  const server = await serve(t, { zones: [crowdedZone(60)] });
  const truncated = await digOne(server.address, '+ignore', '+bufsize=512', '_vlmcs._tcp.crowded.contoso.com', 'SRV');
  t.deepEqual(truncated.flags, ['qr', 'aa', 'tc']);
  t.like(truncated, { status: 'NOERROR', transport: 'udp' });
  const plain = await digOne(server.address, '+ignore', '+noedns', '_vlmcs._tcp.crowded.contoso.com', 'SRV');
  t.deepEqual(plain.flags, ['qr', 'aa', 'tc']);
  const retried = await digOne(server.address, '_vlmcs._tcp.crowded.contoso.com', 'SRV');
  t.like(retried, { status: 'NOERROR', flags: ['qr', 'aa'], transport: 'tcp' });
  t.is(new Set(retried.answer).size, 60);
  t.deepEqual(
    server.requests.map(({ transport }) => transport),
    ['udp', 'udp', 'udp', 'tcp'],
  );
});

judgeTest(['dig'], 'dig asks several questions on one TCP connection', async (t) => {
  const server = await serve(t, { zones: [ZONE] });
  const questions = ['_vlmcs._tcp', 'kms-e1', 'text', 'nothing', 'unknown'].flatMap((label) => [`${label}.east.contoso.com`, 'ANY']);
  const replies = await dig(server.address, '+tcp', '+keepopen', ...questions);
  t.deepEqual(
    replies.map(({ status, transport }) => `${status} ${transport}`),
    ['NOERROR tcp', 'NOERROR tcp', 'NOERROR tcp', 'NXDOMAIN tcp', 'NOERROR tcp'],
  );
  t.is(new Set(server.requests.map(({ from }) => from)).size, 1);
});

judgeTest(['dig'], 'dig is refused zone transfers, foreign classes and other opcodes in a form it understands', async (t) => {
  const server = await serve(t, { zones: [ZONE] });
  const [chaos] = await dig(server.address, 'east.contoso.com', 'CH', 'TXT');
  t.like(chaos, { status: 'REFUSED', remarks: [] });
  const [notify] = await dig(server.address, '+opcode=NOTIFY', 'east.contoso.com', 'SOA');
  t.like(notify, { status: 'NOTIMP', opcode: 'NOTIFY', remarks: [] });
  const [update] = await dig(server.address, '+opcode=UPDATE', 'east.contoso.com', 'SOA');
  t.like(update, { status: 'REFUSED', opcode: 'UPDATE', remarks: [] });
  t.is(server.zones.get('east.contoso.com.')?.serial, 7);
});

for (const algorithm of ['hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1', 'hmac-md5'] as const) {
  judgeTest(['dig'], `dig verifies our reply to a query signed with ${algorithm}`, async (t) => {
    const key = makeKey({ algorithm });
    const server = await serve(t, { zones: [ZONE], keys: [key] });
    const signed = ['-y', `${algorithm}:east-key:${Buffer.from(key.secret).toString('base64')}`];
    const udp = await digOne(server.address, ...signed, '_vlmcs._tcp.east.contoso.com', 'SRV');
    const tcp = await digOne(server.address, ...signed, '+tcp', '_vlmcs._tcp.east.contoso.com', 'SRV');
    for (const reply of [udp, tcp]) {
      t.like(reply, { status: 'NOERROR', remarks: [] });
      t.is(reply.answer.length, 2);
      t.regex(reply.text, /^east-key\.\s+0\s+ANY\s+TSIG\s+hmac-\S+ \d+ 300 \d+ [^\n]+ \d+ NOERROR 0/m);
    }
  });
}

judgeTest(['dig'], 'dig is told which part of a signature was wrong', async (t) => {
  const server = await serve(t, { zones: [ZONE], keys: parseKeyFile(KEY) });
  const question = ['_vlmcs._tcp.east.contoso.com', 'SRV'];
  const wrongSecret = await digOne(server.address, '-y', 'hmac-sha256:east-key:b3RoZXItdGVzdC1zZWNyZXQtMzItYnl0ZXMtbG9uZyE=', ...question);
  t.is(wrongSecret.status, 'NOTAUTH');
  t.not(wrongSecret.remarks.length, 0);
  t.regex(wrongSecret.text, /TSIG\s+hmac-sha256\. \d+ 300 0 \d+ BADSIG 0/);
  const unknownKey = await digOne(server.address, '-y', KEY.replace('east-key', 'west-key'), ...question);
  t.regex(unknownKey.text, /status: NOTAUTH[^]*TSIG\s+hmac-sha256\. \d+ 300 0 \d+ BADKEY 0/);
  const otherAlgorithm = await digOne(server.address, '-y', KEY.replace('sha256', 'sha512'), ...question);
  t.regex(otherAlgorithm.text, /status: NOTAUTH[^]*TSIG\s+hmac-sha512\. \d+ 300 0 \d+ BADKEY 0/);
});

function recordsOf(owner: string): readonly string[] {
  return RECORDS.filter((record) => record.startsWith(`${owner} `));
}

function crowdedZone(size: number): string {
  const hosts = Array.from({ length: size }, (_, index) => `_vlmcs._tcp SRV 10 ${index} 1688 kms-${index}.crowded.contoso.com.`);
  return [
    '$ORIGIN crowded.contoso.com.',
    '$TTL 3600',
    '@ SOA dns1 hostmaster 1 900 600 86400 60',
    '@ NS dns1',
    'dns1 A 127.0.0.1',
    ...hosts,
  ].join('\n');
}

judgeTest(['dig'], 'dig transfers a zone of many messages, signed, and finds nothing to remark', async (t) => {
  const hosts = Array.from({ length: 2000 }, (_, at) => `_s${at}._tcp SRV 1 2 3 a-rather-long-host-name-${at}\n`).join('');
  const zone = `$ORIGIN large.contoso.com.\n$TTL 60\n@ SOA ns1 hostmaster 7 1 2 3 4\n@ NS ns1\nns1 A 127.0.0.1\n${hosts}`;
  const server = await serve(t, { zones: [zone], keys: parseKeyFile(KEY) });
  const [host, port] = server.address.split(':');
  const { stdout } = await run('dig', [`@${host}`, '-p', `${port}`, '-y', KEY, '+nostats', 'large.contoso.com', 'AXFR']);
  t.is(stdout.split('\n').filter((line) => /\tSRV\t/.test(line)).length, 2000);
  t.is(stdout.split('\n').filter((line) => /\tSOA\t/.test(line)).length, 2, 'it begins and ends with the SOA');
  t.notRegex(stdout, /failed|failure|warning|BADSIG/i);
});
