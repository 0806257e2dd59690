import test from 'ava';
import {
  decodeMessage,
  encodeMessage,
  hmacSigner,
  makeMessage,
  makeTsigKey,
  parseDomainName,
  parseRecord,
  signMessage,
  tsigSize,
} from '../src/index.ts';
import type { Edns, Message, ResourceRecord, TsigRdata } from '../src/index.ts';
import { hex, octets } from './golden.ts';

const edns: Edns = { udpPayloadSize: 1232, version: 0, dnssecOk: false, options: [] };
const service = parseDomainName('_vlmcs._tcp.contoso.com.');
const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const srvs = (count: number): ResourceRecord[] =>
  numbers(count).map((at) => parseRecord(`_vlmcs._tcp.contoso.com. 60 IN SRV 0 5 1688 kms${at}.contoso.com.`));
const addresses = (count: number): ResourceRecord[] =>
  numbers(count).flatMap((at) => [
    parseRecord(`kms${at}.contoso.com. 60 IN A 192.0.2.${at}`),
    parseRecord(`kms${at}.contoso.com. 60 IN A 198.51.100.${at}`),
    parseRecord(`kms${at}.contoso.com. 60 IN AAAA 2001:db8::${at}`),
  ]);
const reply = (parts: Partial<Message>): Message =>
  makeMessage({ id: 7, response: true, question: [{ name: service, type: 'SRV', class: 'IN' }], ...parts });

test('owner names are compressed, SRV targets are not, and later names point to targets', (t) => {
  const message = reply({ answer: srvs(1), additional: addresses(1).slice(0, 1) });
  t.is(
    hex(encodeMessage(message)),
    hex(
      octets(`
        0007 8000 0001 0001 0000 0001
        06 5f766c6d6373 04 5f746370 07 636f6e746f736f 03 636f6d 00 0021 0001  # the question at 12, contoso.com. at 24
        c00c 0021 0001 0000003c 0018 0000 0005 0698 04 6b6d7330 07 636f6e746f736f 03 636f6d 00  # the target at 59 is spelled out
        c03b 0001 0001 0000003c 0004 c0000200`),
    ),
  );
});

test('names in NS, CNAME, PTR and SOA are compressed', (t) => {
  for (const text of ['NS a.example.org.', 'CNAME a.example.org.', 'PTR a.example.org.', 'SOA a.example.org. b.a.example.org. 1 2 3 4 5']) {
    const bytes = hex(encodeMessage(reply({ question: [], answer: [parseRecord(`example.org. 60 IN ${text}`)] })));
    t.is(bytes.split(hex(octets('07 6578616d706c65'))).length, 2, `example is spelled once: ${text}`);
  }
});

test('compression keeps letter case', (t) => {
  const [upper, lower] = ['A.ORG.', 'a.org.'].map((name) => parseRecord(`${name} 60 IN A 192.0.2.1`));
  const names = decodeMessage(encodeMessage(reply({ answer: [upper, lower, upper].filter((record) => record !== undefined) }))).answer;
  t.deepEqual(
    names.map(({ name }) => name.toString()),
    ['A.ORG.', 'a.org.', 'A.ORG.'],
  );
});

test('names beyond the first 16384 octets are pointed from, not to', (t) => {
  const string = `"${'0123456789'.repeat(20)}"`;
  const filler = numbers(80).map(() => parseRecord(`. 60 IN TXT ${string}`));
  const late = ['x.late.org.', 'y.late.org.', '_tcp.contoso.com.'].map((name) => parseRecord(`${name} 60 IN A 192.0.2.1`));
  const message = reply({ answer: [...filler, ...late, ...late] });
  const bytes = encodeMessage(message);
  t.true(bytes.length > 0x4000);
  t.deepEqual(decodeMessage(bytes), message);
  t.is(hex(bytes).split(hex(octets('04 6c617465 03 6f7267 00'))).length, 5, 'late.org. is spelled four times');
  t.is(hex(bytes).split(hex(octets('04 5f746370'))).length, 2, '_tcp is spelled in the question only');
});

test('neighbours of one type and different names are different RRsets', (t) => {
  const message = reply({ additional: ['a. 60 IN A 192.0.2.1', 'b. 60 IN A 192.0.2.2'].map((text) => parseRecord(text)) });
  const { length } = encodeMessage(message);
  t.is(decodeMessage(encodeMessage(message, { maxSize: length - 1 })).additional.length, 1);
});

test('a name table that is full, and many messages after each other, cost pointers at most', (t) => {
  const many = reply({ answer: numbers(900).map((at) => parseRecord(`${at}.x${at % 7}.example.org. 60 IN NS ${at + 1}.y.example.org.`)) });
  for (let round = 0; round < 3; round += 1) t.deepEqual(decodeMessage(encodeMessage(many)), many);
});

test('a message that cannot be encoded does not spoil the next one', (t) => {
  const good = reply({ answer: srvs(2) });
  const want = hex(encodeMessage(good));
  const [srv] = srvs(1);
  if (srv === undefined) return t.fail();
  t.throws(() => encodeMessage(reply({ answer: [{ ...srv, ttl: -1 }] })), { instanceOf: RangeError });
  t.is(hex(encodeMessage(good)), want);
});

// Sizes: header and question 41, an SRV record 36, RRsets of 16 + 16 (A) and 28 (AAAA) octets a host, OPT 11.
const full = reply({ answer: srvs(4), additional: addresses(4), edns });
for (const { title, maxSize, reserve = 0, want } of [
  { title: 'what fits to the octet is sent whole', maxSize: 436, want: { truncated: false, answer: 4, additional: 12 } },
  { title: 'one octet less drops the last RRset', maxSize: 435, want: { truncated: false, answer: 4, additional: 11 } },
  { title: 'RRsets in additional are never split', maxSize: 407, want: { truncated: false, answer: 4, additional: 9 } },
  { title: 'all of additional goes before TC is set', maxSize: 196, want: { truncated: false, answer: 4, additional: 0 } },
  { title: 'an answer that is one octet too large goes as a whole', maxSize: 195, want: { truncated: true, answer: 0, additional: 0 } },
  { title: 'question and OPT are left', maxSize: 52, want: { truncated: true, answer: 0, additional: 0 } },
  { title: 'room is left for a signature', maxSize: 436, reserve: 1, want: { truncated: false, answer: 4, additional: 11 } },
  {
    title: 'the answer goes when a signature needs its room',
    maxSize: 436,
    reserve: 241,
    want: { truncated: true, answer: 0, additional: 0 },
  },
]) {
  test(`maxSize ${maxSize}, reserve ${reserve}: ${title}`, (t) => {
    const bytes = encodeMessage(full, { maxSize, reserve });
    t.true(bytes.length <= maxSize - reserve);
    const { truncated, answer, additional, edns: opt, question } = decodeMessage(bytes);
    t.deepEqual({ truncated, answer: answer.length, additional: additional.length }, want);
    t.deepEqual({ opt, question }, { opt: edns, question: full.question });
  });
}

test('an authority section that does not fit sets TC: a negative answer is nothing without its SOA', (t) => {
  const soa = parseRecord('contoso.com. 60 IN SOA ns1.contoso.com. hostmaster.contoso.com. 1 2 3 4 5');
  const negative = reply({ rcode: 'NXDOMAIN', authority: [soa] });
  const { length } = encodeMessage(negative);
  const { truncated, authority } = decodeMessage(encodeMessage(negative, { maxSize: length - 1 }));
  t.deepEqual({ truncated, authority }, { truncated: true, authority: [] });
});

test('an answer larger than any message is truncated to one with a sound header', (t) => {
  for (const huge of [reply({ answer: srvs(2000) }), reply({ answer: srvs(1).concat(Array.from({ length: 0x1_0000 }, () => a)) })]) {
    t.like(decodeMessage(encodeMessage(huge, { maxSize: 0xffff })), { truncated: true, answer: [] });
  }
});

test('tsigSize is what a signature adds', async (t) => {
  const key = makeTsigKey({ name: parseDomainName('key.contoso.com.'), algorithm: 'hmac-sha256', secret: new Uint8Array(32) });
  const signer = hmacSigner(key);
  const bytes = encodeMessage(full);
  const signed = await signMessage(bytes, signer, { timeSigned: 1 });
  t.is(signed.bytes.length, bytes.length + tsigSize(signer.keyName, signer.algorithm, 32));
});

const tsig: ResourceRecord<TsigRdata> = {
  name: parseDomainName('k.contoso.com.'),
  type: 'TSIG',
  class: 'ANY',
  ttl: 0,
  rdata: {
    type: 'TSIG',
    algorithm: parseDomainName('contoso.com.'),
    timeSigned: 0xffff_0000_0001,
    fudge: 300,
    mac: octets('ff'),
    originalId: 7,
    error: 'BADSIG',
    other: octets('ee'),
  },
};

test('TSIG names are never compressed, and TSIG survives truncation', (t) => {
  const message = reply({ answer: srvs(4), edns, tsig });
  const bytes = encodeMessage(message, { maxSize: 110 });
  t.is(
    hex(bytes).slice(-112),
    hex(
      octets(`
    016b 07636f6e746f736f 03636f6d 00 00fa 00ff 00000000 001f 07636f6e746f736f 03636f6d 00
    ffff00000001 012c 0001 ff 0007 0010 0001 ee`),
    ),
  );
  t.is(decodeMessage(bytes).tsig?.rdata.error, 'BADSIG');
});

const a = parseRecord('a. 60 IN A 192.0.2.1');
const srv = parseRecord('a. 60 IN SRV 1 2 3 a.');
const rdata = { type: 'SRV', priority: 1, weight: 2, port: 3, target: service } as const;
for (const { title, message, maxSize, error } of [
  {
    title: 'an id of 17 bits',
    message: makeMessage({ id: 0x1_0000 }),
    error: { instanceOf: RangeError, message: '65536 is not an integer from 0 to 65535' },
  },
  {
    title: 'a port of 65536',
    message: reply({ answer: [{ ...srv, rdata: { ...rdata, port: 65536 } }] }),
    error: { instanceOf: RangeError },
  },
  {
    title: 'a negative weight',
    message: reply({ answer: [{ ...srv, rdata: { ...rdata, weight: -1 } }] }),
    error: { instanceOf: RangeError },
  },
  {
    title: 'a fractional priority',
    message: reply({ answer: [{ ...srv, rdata: { ...rdata, priority: 0.5 } }] }),
    error: { instanceOf: RangeError },
  },
  {
    title: 'a TTL of 32 bits',
    message: reply({ answer: [{ ...a, ttl: 0x8000_0000 }] }),
    error: { instanceOf: RangeError, message: /TTL/ },
  },
  {
    title: 'an address that is none',
    message: reply({ answer: [{ ...a, rdata: { type: 'A', address: '1.2.3' } }] }),
    error: { instanceOf: RangeError },
  },
  {
    title: 'RDATA of another type',
    message: reply({ answer: [{ ...a, type: 'AAAA' }] }),
    error: { instanceOf: TypeError, message: 'A AAAA record cannot hold A RDATA' },
  },
  { title: 'TSIG among the records', message: reply({ additional: [tsig] }), error: { instanceOf: TypeError, message: /own field/ } },
  {
    title: 'OPT among the records',
    message: reply({ additional: [{ ...a, type: 'OPT', rdata: { type: 'UNKNOWN', bytes: octets('') } }] }),
    error: { instanceOf: TypeError },
  },
  {
    title: 'an extended response code without EDNS',
    message: reply({ rcode: 'BADVERS' }),
    error: { instanceOf: RangeError, message: /needs EDNS/ },
  },
  { title: 'a response code of 13 bits', message: reply({ rcode: 'RCODE4096', edns }), error: { instanceOf: RangeError } },
  { title: 'a type that is no mnemonic', message: reply({ answer: [{ ...a, type: 'TYPE65536' }] }), error: { instanceOf: RangeError } },
  {
    title: 'a request that does not fit',
    message: makeMessage({ id: 7, answer: srvs(4) }),
    maxSize: 100,
    error: { instanceOf: RangeError, message: /does not fit into 100/ },
  },
  {
    title: 'a request of more records than can be counted',
    message: makeMessage({ id: 7, answer: Array.from({ length: 0x1_0000 }, () => a) }),
    error: { instanceOf: RangeError, message: /does not fit/ },
  },
  {
    title: 'a request whose additional section does not fit',
    message: makeMessage({ id: 7, additional: srvs(4) }),
    maxSize: 100,
    error: { instanceOf: RangeError },
  },
  { title: 'a reply whose question does not fit', message: full, maxSize: 51, error: { instanceOf: RangeError } },
  {
    title: 'a TXT record of no strings',
    message: reply({ answer: [{ ...a, type: 'TXT', rdata: { type: 'TXT', strings: [] } }] }),
    error: { instanceOf: RangeError },
  },
  {
    title: 'a character string of 256 octets',
    message: reply({ answer: [{ ...a, type: 'TXT', rdata: { type: 'TXT', strings: [new Uint8Array(256)] } }] }),
    error: { instanceOf: RangeError },
  },
]) {
  test(`misuse throws: ${title}`, (t) => {
    t.throws(() => encodeMessage(message, maxSize === undefined ? {} : { maxSize }), error);
  });
}
