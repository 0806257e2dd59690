import test from 'ava';
import { decodeMessage, encodeMessage, encodeRdata, parseRecord, rcodeNumber } from '../src/index.ts';
import type { Message, ResourceRecord } from '../src/index.ts';
import type { Expected, ExpectedRecord } from './golden.ts';
import { EXPECTED, GOLDEN, hex } from './golden.ts';

// Where the other program compresses more (SRV targets, MX, the TSIG owner) or less than we do, so that our octets must differ from its own.
const SPELLED_OTHERWISE = new Set([
  'dnspython-compressed-target.hex',
  'dnspython-update-hmac-sha256.hex',
  'dnspython-update-hmac-sha512.hex',
  'named-cname.hex',
  'named-nxdomain.hex',
  'named-ptr.hex',
  'named-srv-plain.hex',
  'named-srv-unavailable.hex',
  'named-srv.hex',
  'named-unknown-types.hex',
  'nsupdate-all.hex',
  'nsupdate-gss-tsig.hex',
  'nsupdate-hmac-sha256.hex',
]);

for (const [file, bytes] of GOLDEN) {
  test(`${file} means to us what it means to dnspython`, (t) => {
    const expected = EXPECTED[file];
    if (expected === undefined) return t.fail('fixtures/messages/expected.json does not have it: run describe.py');
    t.deepEqual(described(decodeMessage(bytes)), withOctets(expected));
  });

  test(`${file} is encoded ${SPELLED_OTHERWISE.has(file) ? 'to the same meaning' : 'to the same octets'}`, (t) => {
    const message = decodeMessage(bytes);
    const ours = encodeMessage(message);
    if (!SPELLED_OTHERWISE.has(file)) t.is(hex(ours), hex(bytes));
    t.deepEqual(decodeMessage(ours), message);
  });
}

function described(message: Message): unknown {
  const { id, opcode, question, edns, tsig } = message;
  return {
    id,
    opcode,
    rcode: rcodeNumber(message.rcode),
    flags: flagsOf(message),
    question: question.map((entry) => ({ name: entry.name.toString(), class: entry.class, type: entry.type })),
    answer: message.answer.map(describedRecord),
    authority: message.authority.map(describedRecord),
    additional: message.additional.map(describedRecord),
    edns: edns === undefined ? null : { ...edns, options: edns.options.map(({ code, data }) => ({ code, data: hex(data) })) },
    tsig:
      tsig === undefined
        ? null
        : {
            name: tsig.name.toString(),
            algorithm: tsig.rdata.algorithm.toString(),
            timeSigned: tsig.rdata.timeSigned,
            fudge: tsig.rdata.fudge,
            mac: hex(tsig.rdata.mac),
            originalId: tsig.rdata.originalId,
            error: rcodeNumber(tsig.rdata.error),
            other: hex(tsig.rdata.other),
          },
  };
}

function flagsOf(message: Message): string[] {
  const flags = {
    QR: message.response,
    AA: message.authoritative,
    TC: message.truncated,
    RD: message.recursionDesired,
    RA: message.recursionAvailable,
    AD: message.authenticData,
    CD: message.checkingDisabled,
  };
  return Object.entries(flags).flatMap(([name, set]) => (set ? [name] : []));
}

function describedRecord(record: ResourceRecord): ExpectedRecord {
  const rdata = record.rdata.type === 'EMPTY' ? null : hex(encodeRdata(record.rdata));
  return { name: record.name.toString(), ttl: record.ttl, class: record.class, type: record.type, rdata };
}

/** Expected records with their RDATA as uncompressed octets, as `describedRecord` gives them. */
function withOctets(expected: Expected): Expected {
  return {
    ...expected,
    answer: expected.answer.map(recordWithOctets),
    authority: expected.authority.map(recordWithOctets),
    additional: expected.additional.map(recordWithOctets),
  };
}

function recordWithOctets(record: ExpectedRecord): ExpectedRecord {
  return { ...record, rdata: record.rdata === null ? null : rdataOctets(record.type, record.rdata) };
}

function rdataOctets(type: string, text: string): string {
  const unknown = /^\\# \d+ ([0-9a-f]*)$/.exec(text);
  return unknown?.[1] ?? hex(encodeRdata(parseRecord(`. 0 IN ${type} ${text}`).rdata));
}
