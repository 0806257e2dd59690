import test from 'ava';
import { decodeMessage, makeMessage, parseDomainName, readHeader, WireError } from '../src/index.ts';
import type { WireErrorCode } from '../src/index.ts';
import { decodesOrFails } from './codec-properties.ts';
import { golden, octets } from './golden.ts';

const header = (flags: string, ...counts: readonly [number, number, number, number]): string =>
  `0007 ${flags} ${counts.map((count) => count.toString(16).padStart(4, '0')).join(' ')}`;
const oneAnswer = header('8400', 0, 1, 0, 0);
const oneUpdate = header('2800', 0, 0, 1, 0);
const oneAdditional = header('8400', 0, 0, 0, 1);
const twoAdditional = header('8400', 0, 0, 0, 2);
const opt = '00 0029 04d0 00000000 0000';
const tsig = (head = '01 6b 00 00fa 00ff 00000000'): string => `${head} 0014 01 61 00 000000000001 012c 0001 ff 0007 0000 0000`;

test('a query is read', (t) => {
  const bytes = octets(`${header('0100', 1, 0, 0, 0)} 01 61 03 6f 72 67 00 0021 0001`);
  const name = parseDomainName('a.org.');
  t.deepEqual(decodeMessage(bytes), makeMessage({ id: 7, recursionDesired: true, question: [{ name, type: 'SRV', class: 'IN' }] }));
});

test('the same place in a message is the same name object', (t) => {
  const { question, answer } = decodeMessage(golden('named-srv.hex'));
  t.is(answer[0]?.name, question[0]?.name);
  t.is(answer[3]?.name, question[0]?.name);
});

test('nothing that is decoded shares memory with the octets given', (t) => {
  for (const file of [
    'named-srv.hex',
    'nsupdate-hmac-sha256.hex',
    'nsupdate-tkey-query.hex',
    'named-unknown-types.hex',
    'dnspython-mixed.hex',
  ]) {
    const bytes = Buffer.from(golden(file));
    const message = decodeMessage(bytes);
    const before = JSON.stringify(message);
    bytes.fill(0xaa);
    t.is(JSON.stringify(message), before, file);
    t.deepEqual(message, decodeMessage(golden(file)), 'plain octets, whatever they were given as');
  }
});

test('SRV targets are read compressed (srv M5), with ports beyond 32767 (srv M6)', (t) => {
  const { answer } = decodeMessage(golden('dnspython-compressed-target.hex'));
  const target = parseDomainName('kms2.contoso.com.');
  t.deepEqual(answer[1]?.rdata, { type: 'SRV', priority: 10, weight: 65535, port: 65535, target });
});

test('records whose owner was not asked for are kept: judging them is not the codec’s', (t) => {
  const bytes = octets(`${header('8400', 1, 1, 0, 0)} 01 61 00 0001 0001  01 62 00 0001 0001 0000003c 0004 c0000201`);
  t.is(decodeMessage(bytes).answer[0]?.name.toString(), 'b.');
});

for (const { title, ttl, want } of [
  { title: 'the largest TTL is kept', ttl: '7fffffff', want: 0x7fff_ffff },
  { title: 'a TTL with the top bit set is read as 0 (RFC 2181 section 8)', ttl: '80000000', want: 0 },
  { title: 'a TTL of all ones is read as 0', ttl: 'ffffffff', want: 0 },
]) {
  test(title, (t) => {
    t.is(decodeMessage(octets(`${oneAnswer} 00 0001 0001 ${ttl} 0004 c0000201`)).answer[0]?.ttl, want);
  });
}

const empty = { type: 'EMPTY' } as const;
const unknown = (text: string) => ({ type: 'UNKNOWN', bytes: octets(text) }) as const;
for (const { title, bytes, want } of [
  { title: 'no RDATA in class ANY is EMPTY', bytes: `${oneAnswer} 00 0021 00ff 00000000 0000`, want: empty },
  { title: 'no RDATA in class NONE is EMPTY', bytes: `${oneAnswer} 00 0021 00fe 00000000 0000`, want: empty },
  { title: 'no RDATA in an UPDATE is EMPTY, in class IN as well', bytes: `${oneUpdate} 00 0001 0001 00000000 0000`, want: empty },
  {
    title: 'RDATA in class NONE is read as in class IN',
    bytes: `${oneUpdate} 00 0001 00fe 00000000 0004 c0000201`,
    want: { type: 'A', address: '192.0.2.1' },
  },
  { title: 'RDATA of an unknown type may be empty', bytes: `${oneAnswer} 00 ff00 0001 00000000 0000`, want: unknown('') },
  { title: 'RDATA of an unknown type is kept', bytes: `${oneAnswer} 00 ff00 0001 00000000 0003 c00c01`, want: unknown('c00c01') },
  {
    title: 'A in class CH is not an Internet address',
    bytes: `${oneAnswer} 00 0001 0003 00000000 0004 c0000201`,
    want: unknown('c0000201'),
  },
  {
    title: 'MX is kept as octets, its name spelled out',
    bytes: `${oneAnswer} 01 61 00 000f 0001 00000000 0004 000a c00c`,
    want: unknown('000a 016100'),
  },
]) {
  test(title, (t) => {
    const message = decodeMessage(octets(bytes));
    t.deepEqual([...message.answer, ...message.authority][0]?.rdata, want);
  });
}

test('the extended response code joins header and OPT (RFC 6891 section 6.1.3)', (t) => {
  const message = decodeMessage(octets(`${header('8403', 0, 0, 0, 1)} 00 0029 04d0 ab01 8000 0000`));
  t.is(message.rcode, 'RCODE2739'); // 0xab3
  t.deepEqual(message.edns, { udpPayloadSize: 1232, version: 1, dnssecOk: true, options: [] });
});

test('OPT before TSIG, and TSIG alone, are lifted out of the additional section', (t) => {
  const both = decodeMessage(octets(`${twoAdditional} ${opt} ${tsig()}`));
  t.is(both.edns?.udpPayloadSize, 1232);
  t.is(both.tsig?.name.toString(), 'k.');
  t.deepEqual(both.additional, []);
});

interface Bad {
  readonly title: string;
  readonly bytes: string;
  readonly code: WireErrorCode;
  readonly offset: number;
}

const labels63 = `3f ${'61'.repeat(63)} `;
const bad: readonly Bad[] = [
  { title: 'nothing at all', bytes: '', code: 'TRUNCATED_INPUT', offset: 0 },
  { title: 'eleven octets', bytes: '0007 0100 0001 0000 0000 00', code: 'TRUNCATED_INPUT', offset: 11 },
  {
    title: 'a header that claims 65535 records and holds none',
    bytes: header('8400', 0, 65535, 65535, 65535),
    code: 'TRUNCATED_INPUT',
    offset: 12,
  },
  { title: 'a question without its class', bytes: `${header('0100', 1, 0, 0, 0)} 01 61 00 0021 00`, code: 'TRUNCATED_INPUT', offset: 18 },
  { title: 'a name without its end', bytes: `${header('0100', 1, 0, 0, 0)} 05 61 61 61 61`, code: 'TRUNCATED_INPUT', offset: 17 },
  { title: 'half a pointer', bytes: `${header('0100', 2, 0, 0, 0)} 01 61 00 0021 0001 02 62 62 c0`, code: 'TRUNCATED_INPUT', offset: 23 },
  { title: 'a pointer to itself', bytes: `${header('0100', 1, 0, 0, 0)} c00c 0021 0001`, code: 'BAD_POINTER', offset: 12 },
  { title: 'a pointer forwards', bytes: `${header('0100', 1, 0, 0, 0)} c00e 0021 0001 00`, code: 'BAD_POINTER', offset: 12 },
  { title: 'a pointer into the header', bytes: `${header('0100', 1, 0, 0, 0)} c000 0021 0001`, code: 'BAD_POINTER', offset: 12 },
  { title: 'a pointer to the name it ends', bytes: `${header('0100', 1, 0, 0, 0)} 01 61 c00c 0021 0001`, code: 'BAD_POINTER', offset: 14 },
  {
    title: 'a pointer to labels that run into it',
    bytes: `${header('0100', 2, 0, 0, 0)} 00 0021 0001  c00e 0001 0001`,
    code: 'BAD_POINTER',
    offset: 17,
  },
  {
    title: 'a pointer to labels that run into the label before it',
    bytes: `${header('0100', 2, 0, 0, 0)} 00 0021 0001  01 61 c00e 0001 0001`,
    code: 'BAD_POINTER',
    offset: 17,
  },
  {
    title: 'three records announced where two find room, the first of them bad',
    bytes: `${header('8400', 0, 3, 0, 0)} 80 0001 0001 00000000 0004 c0000201 00 0001 0001 00000000 0004 c0000201`,
    code: 'TRUNCATED_INPUT',
    offset: 42,
  },
  { title: 'label type 01', bytes: `${header('0100', 1, 0, 0, 0)} 41 61 00 0021 0001`, code: 'BAD_LABEL', offset: 12 },
  { title: 'label type 10', bytes: `${header('0100', 1, 0, 0, 0)} 01 61 80 00 0021 0001`, code: 'BAD_LABEL', offset: 14 },
  {
    title: 'a name of 256 octets',
    bytes: `${header('0100', 1, 0, 0, 0)} ${labels63.repeat(3)} 3e ${'61'.repeat(62)} 00 0021 0001`,
    code: 'NAME_TOO_LONG',
    offset: 12,
  },
  {
    title: 'a name of 256 octets through a pointer',
    bytes: `${header('0100', 2, 0, 0, 0)} ${labels63.repeat(3)} 00 0021 0001 3e ${'61'.repeat(62)} c00c 0021 0001`,
    code: 'NAME_TOO_LONG',
    offset: 209,
  },
  { title: 'RDLENGTH beyond the message', bytes: `${oneAnswer} 00 0001 0001 00000000 0005 c0000201`, code: 'BAD_RDLENGTH', offset: 21 },
  { title: 'RDLENGTH 0 for an address', bytes: `${oneAnswer} 00 0001 0001 00000000 0000`, code: 'BAD_RDLENGTH', offset: 23 },
  { title: 'RDLENGTH 0 for TXT', bytes: `${oneAnswer} 00 0010 0001 00000000 0000`, code: 'BAD_RDLENGTH', offset: 23 },
  { title: 'an address of three octets', bytes: `${oneAnswer} 00 0001 0001 00000000 0003 c00002`, code: 'BAD_RDLENGTH', offset: 23 },
  { title: 'an address of five octets', bytes: `${oneAnswer} 00 0001 0001 00000000 0005 c000020100`, code: 'BAD_RDLENGTH', offset: 27 },
  {
    title: 'octets behind an SRV target',
    bytes: `${oneAnswer} 00 0021 0001 00000000 000a 0000 0000 0050 01 61 00 ff`,
    code: 'BAD_RDLENGTH',
    offset: 32,
  },
  {
    title: 'an SRV target that goes on behind its RDATA',
    bytes: `${header('8400', 0, 2, 0, 0)} 00 0021 0001 00000000 0007 0000 0000 0050 01 61 00 0001 0001 00000000 0000`,
    code: 'BAD_RDLENGTH',
    offset: 23,
  },
  {
    title: 'a character string that is longer than its RDATA',
    bytes: `${oneAnswer} 00 0010 0001 00000000 0002 05 61 616161`,
    code: 'BAD_RDLENGTH',
    offset: 23,
  },
  {
    title: 'octets behind the message',
    bytes: `${oneAnswer} 00 0001 0001 00000000 0004 c0000201 0000`,
    code: 'TRAILING_BYTES',
    offset: 27,
  },
  { title: 'two OPT records', bytes: `${twoAdditional} ${opt} ${opt}`, code: 'BAD_OPT', offset: 23 },
  { title: 'an OPT record that is not the root’s', bytes: `${oneAdditional} 01 61 ${opt}`, code: 'BAD_OPT', offset: 12 },
  { title: 'an OPT record among the answers', bytes: `${oneAnswer} ${opt}`, code: 'BAD_OPT', offset: 12 },
  {
    title: 'an EDNS option that is longer than its record',
    bytes: `${oneAdditional} 00 0029 04d0 00000000 0005 0003 0004 ff`,
    code: 'BAD_RDLENGTH',
    offset: 23,
  },
  { title: 'a TSIG record that is not the last', bytes: `${twoAdditional} ${tsig()} ${opt}`, code: 'BAD_TSIG', offset: 12 },
  { title: 'two TSIG records', bytes: `${twoAdditional} ${tsig()} ${tsig()}`, code: 'BAD_TSIG', offset: 12 },
  { title: 'a TSIG record among the answers', bytes: `${oneAnswer} ${tsig()}`, code: 'BAD_TSIG', offset: 12 },
  { title: 'a TSIG record of class IN', bytes: `${oneAdditional} ${tsig('01 6b 00 00fa 0001 00000000')}`, code: 'BAD_TSIG', offset: 12 },
  { title: 'a TSIG record with a TTL', bytes: `${oneAdditional} ${tsig('01 6b 00 00fa 00ff 00000001')}`, code: 'BAD_TSIG', offset: 12 },
  { title: 'a TSIG record without RDATA', bytes: `${oneAdditional} 01 6b 00 00fa 00ff 00000000 0000`, code: 'BAD_RDLENGTH', offset: 25 },
];

for (const { title, bytes, code, offset } of bad) {
  test(`${title}: ${code} at ${offset}`, (t) => {
    const error = t.throws(() => decodeMessage(octets(bytes)), { instanceOf: WireError });
    t.is(error?.code, code);
    t.is(error?.offset, offset);
  });
}

test('pointers behind pointers are followed 127 times and no more', (t) => {
  t.is(decodeMessage(chain(126)).answer[1]?.name.toString(), '.');
  t.throws(() => decodeMessage(chain(127)), { code: 'BAD_POINTER' });
});

// Two names a record, each of 126 one-letter labels behind as many pointers, and no name met twice: the most work an octet can make.
test('the worst of messages takes bounded time', (t) => {
  const bytes = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 1, 0, 0, 0, 0, 0x01, 0xf5, 0];
  let deepest = 23;
  for (let label = 0; label < 125; label += 1) {
    bytes.push(1, 0x61, 0xc0 | (deepest >> 8), deepest & 0xff);
    deepest = bytes.length - 4;
  }
  let count = 1;
  for (; bytes.length + 18 <= 0xffff; count += 1) {
    const name = [1, 0x62, 0xc0 | (deepest >> 8), deepest & 0xff];
    bytes.push(...name, 0, 2, 0, 1, 0, 0, 0, 0, 0, 4, ...name);
  }
  bytes[6] = count >> 8;
  bytes[7] = count & 0xff;
  const message = decodeMessage(Uint8Array.from(bytes));
  t.is(message.answer.at(-1)?.name.labelCount, 126);
  t.notThrows(() =>
    decodesOrFails(
      Uint8Array.from(
        bytes
          .with(7, 0)
          .with(6, 1)
          .slice(0, 524 + 18 * 255),
      ),
    ),
  );
});

test('readHeader reads what a reply to a malformed query needs', (t) => {
  const header12 = readHeader(octets('beef a9b3 ffff ffff ffff ffff'));
  t.deepEqual(header12, {
    id: 0xbeef,
    response: true,
    opcode: 'UPDATE',
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: true,
    authenticData: true,
    checkingDisabled: true,
    rcode: 'NXDOMAIN',
  });
  t.is(readHeader(octets('beef a9b3 ffff ffff ffff ff')), undefined);
});

/** A record that holds a chain of pointers, and one whose owner is the last of them. */
function chain(length: number): Uint8Array {
  const pointers = Array.from({ length }, (_, at) => (0xc000 | (at === 0 ? 23 : 22 + 2 * at)).toString(16)).join('');
  const rdata = `00 ${pointers}`;
  const owner = (0xc000 | (22 + 2 * length)).toString(16);
  const rdlength = (2 * length + 1).toString(16).padStart(4, '0');
  return octets(`${header('8400', 0, 2, 0, 0)} 00 ff00 0001 00000000 ${rdlength} ${rdata} ${owner} 0001 0001 00000000 0004 c0000201`);
}
