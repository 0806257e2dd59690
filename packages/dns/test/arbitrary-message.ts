import * as fc from 'fast-check';
import { DomainName, formatAddress, makeMessage, opcodeName, rcodeName, ROOT, tsigErrorName, typeName } from '../src/index.ts';
import type { Edns, Message, Question, Rdata, RecordClass, RecordType, ResourceRecord, TsigRdata } from '../src/index.ts';
import { octets } from './golden.ts';

const uint8 = fc.integer({ min: 0, max: 0xff });
const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const someOctets = fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ minLength: 60, maxLength: 70 }));

// Few labels, so that names share their tails; now and then any octets, and labels of the longest kind.
const label = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom('a', 'A', 'b', '_vlmcs', '_tcp', 'kms1', 'kms2', 'east', 'contoso', 'com')
      .map((text) => Uint8Array.from(Buffer.from(text))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom(62, 63).map((length) => new Uint8Array(length).fill(0x78)) },
);

/** Any domain name up to the longest, the root included. */
export const domainName: fc.Arbitrary<DomainName> = fc.oneof(
  { weight: 20, arbitrary: fc.array(label, { maxLength: 6 }).map(withinLimit) },
  { weight: 1, arbitrary: fc.array(label, { minLength: 100, maxLength: 127 }).map(withinLimit) },
  { weight: 1, arbitrary: fc.constant(ROOT) },
);

function withinLimit(labels: Uint8Array[]): DomainName {
  let length = 1;
  return DomainName.fromLabels(
    labels.filter((octetsOfLabel) => {
      if (length + octetsOfLabel.length + 1 > 255) return false;
      length += octetsOfLabel.length + 1;
      return true;
    }),
  );
}

/** A plain object, as decoding gives. */
function plain<T>(shape: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> {
  return fc.record<T>(shape, { noNullPrototype: true });
}

interface TypedRdata {
  readonly type: RecordType;
  readonly rdata: Rdata;
}

function typed<R extends Rdata & { readonly type: RecordType }>(rdata: fc.Arbitrary<R>): fc.Arbitrary<TypedRdata> {
  return rdata.map((value) => ({ type: value.type, rdata: value }));
}

const target = { target: domainName };
const addressOf = (length: number): fc.Arbitrary<string> => fc.uint8Array({ minLength: length, maxLength: length }).map(formatAddress);
const sparse = fc
  .array(fc.constantFrom(0, 0, 0, 1, 0xff), { minLength: 16, maxLength: 16 })
  .map((bytes) => formatAddress(Uint8Array.from(bytes)));

// Formats that are the same in every class.
const anyClassRdata: fc.Arbitrary<TypedRdata> = fc.oneof(
  typed(plain({ type: fc.constant('NS' as const), ...target })),
  typed(plain({ type: fc.constant('CNAME' as const), ...target })),
  typed(plain({ type: fc.constant('PTR' as const), ...target })),
  typed(
    plain({
      type: fc.constant('SOA' as const),
      mname: domainName,
      rname: domainName,
      serial: uint32,
      refresh: uint32,
      retry: uint32,
      expire: uint32,
      minimum: uint32,
    }),
  ),
  typed(
    plain({
      type: fc.constant('TXT' as const),
      strings: fc.array(fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.constant(new Uint8Array(255))), { minLength: 1, maxLength: 3 }),
    }),
  ),
  typed(
    plain({
      type: fc.constant('TKEY' as const),
      algorithm: domainName,
      inception: uint32,
      expiration: uint32,
      mode: uint16,
      error: uint16.map(tsigErrorName),
      key: someOctets,
      other: someOctets,
    }),
  ),
  plain({
    type: fc.constantFrom<RecordType>('TYPE65280', 'TYPE99', 'TYPE13', 'TYPE35', 'ANY'),
    rdata: plain({ type: fc.constant('UNKNOWN' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  }),
  // MX: interpreted as far as its name goes.
  plain({
    type: fc.constant('MX' as const),
    rdata: domainName.map((name) => ({ type: 'UNKNOWN' as const, bytes: octets(`000a ${Buffer.from(name.wire).toString('hex')}`) })),
  }),
);

// Formats of class IN (RFC 3597 section 4).
const internetRdata: fc.Arbitrary<TypedRdata> = fc.oneof(
  typed(plain({ type: fc.constant('A' as const), address: addressOf(4) })),
  typed(plain({ type: fc.constant('AAAA' as const), address: fc.oneof(addressOf(16), sparse) })),
  typed(plain({ type: fc.constant('SRV' as const), priority: uint16, weight: uint16, port: uint16, ...target })),
);

const empty = plain({
  type: fc.constantFrom<RecordType>('A', 'SRV', 'SOA', 'ANY', 'TYPE65280'),
  rdata: fc.constant({ type: 'EMPTY' } as const),
});

const ttl = fc.integer({ min: 0, max: 0x7fff_ffff });

function record(rdata: fc.Arbitrary<TypedRdata>, ...classes: readonly RecordClass[]): fc.Arbitrary<ResourceRecord> {
  return plain({ name: domainName, class: fc.constantFrom(...classes), ttl, body: rdata }).map(({ body, ...head }) => ({
    ...head,
    type: body.type,
    rdata: body.rdata,
  }));
}

const ordinaryRecord = fc.oneof(
  record(fc.oneof(anyClassRdata, internetRdata), 'IN', 'NONE', 'ANY'),
  record(anyClassRdata, 'CH', 'CLASS32'),
  record(empty, 'ANY', 'NONE'),
);
const updateRecord = fc.oneof(ordinaryRecord, record(empty, 'IN', 'CH', 'ANY', 'NONE'));

const question: fc.Arbitrary<Question> = plain({
  name: domainName,
  type: fc.oneof(fc.constantFrom<RecordType>('A', 'SRV', 'SOA', 'ANY', 'AXFR'), uint16.map(typeName)),
  class: fc.constantFrom<RecordClass>('IN', 'ANY', 'CLASS7'),
});

const edns: fc.Arbitrary<Edns> = plain({
  udpPayloadSize: uint16,
  version: uint8,
  dnssecOk: fc.boolean(),
  options: fc.array(plain({ code: uint16, data: someOctets }), { maxLength: 3 }),
});

const tsig: fc.Arbitrary<ResourceRecord<TsigRdata>> = plain({
  name: domainName,
  type: fc.constant('TSIG' as const),
  class: fc.constant('ANY' as const),
  ttl: fc.constant(0),
  rdata: plain({
    type: fc.constant('TSIG' as const),
    algorithm: domainName,
    timeSigned: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    fudge: uint16,
    mac: someOctets,
    originalId: uint16,
    error: uint16.map(tsigErrorName),
    other: someOctets,
  }),
});

/** Any message that the codec can carry, in the form that decoding gives. */
export const message: fc.Arbitrary<Message> = fc.boolean().chain((update) => {
  const records = fc.array(update ? updateRecord : ordinaryRecord, { maxLength: 5 });
  return plain({
    id: uint16,
    response: fc.boolean(),
    opcode: update
      ? fc.constant('UPDATE' as const)
      : fc
          .integer({ min: 0, max: 15 })
          .filter((number) => number !== 5)
          .map(opcodeName),
    authoritative: fc.boolean(),
    truncated: fc.boolean(),
    recursionDesired: fc.boolean(),
    recursionAvailable: fc.boolean(),
    authenticData: fc.boolean(),
    checkingDisabled: fc.boolean(),
    rcodeNumber: fc.oneof(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 0xfff })),
    question: fc.array(question, { maxLength: 2 }),
    answer: records,
    authority: records,
    additional: records,
    edns: fc.option(edns, { nil: undefined }),
    tsig: fc.option(tsig, { nil: undefined }),
  }).map(({ rcodeNumber, ...parts }) =>
    makeMessage({ ...parts, rcode: rcodeName(parts.edns === undefined ? rcodeNumber & 0xf : rcodeNumber) }),
  );
});
