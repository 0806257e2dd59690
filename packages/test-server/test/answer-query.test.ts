import test from 'ava';
import { formatRecord, makeMessage, parseDomainName } from '@srvkit/dns';
import type { Message, Rcode, RecordType, ResourceRecord } from '@srvkit/dns';
import { answerQuery, findZone, parseZone } from '../src/zone/index.ts';
import type { Zones } from '../src/zone/index.ts';
import { sampleZone } from './sample-zone.ts';

const PARENT = sampleZone(`
ns1 A 192.0.2.53
_vlmcs._tcp SRV 0 10 1688 kms1
_vlmcs._tcp SRV 0 20 1688 kms2
_vlmcs._tcp SRV 5 0 1688 kms.example.net.
_none._tcp SRV 0 0 0 .
kms1 A 192.0.2.1
kms1 AAAA 2001:db8::1
kms2 A 192.0.2.2
both A 192.0.2.9
both TXT "hello"
alias CNAME kms1
chain CNAME alias
away CNAME www.example.com.
gone CNAME nothing
nodata CNAME both
cross CNAME www.child
loop1 CNAME loop2
loop2 CNAME loop1
self CNAME self
sub NS ns.sub
sub NS ns.example.net.
ns.sub A 192.0.2.54
deep.sub A 192.0.2.55
tosub CNAME x.sub
*.wild A 192.0.2.77
*.wild TXT "any"
*.wildalias CNAME kms1
real.wild TXT "real"
x.ent.wild A 192.0.2.78
`);
const CHILD = parseZone(`$ORIGIN child.example.org.
@ 600 SOA ns1.example.org. host.example.org. 9 1 2 3 900
www 60 A 192.0.2.80
`);
const ZONES: Zones = new Map([PARENT, CHILD].map((zone) => [zone.origin.key, zone]));

const SOA = 'example.org. 60 IN SOA';
const SRV_SET = [
  '_vlmcs._tcp.example.org. 300 IN SRV 0 10 1688 kms1.example.org.',
  '_vlmcs._tcp.example.org. 300 IN SRV 0 20 1688 kms2.example.org.',
  '_vlmcs._tcp.example.org. 300 IN SRV 5 0 1688 kms.example.net.',
];
const ADDRESSES = [
  'kms1.example.org. 300 IN A 192.0.2.1',
  'kms1.example.org. 300 IN AAAA 2001:db8::1',
  'kms2.example.org. 300 IN A 192.0.2.2',
];

interface Case {
  readonly title: string;
  readonly ask: string;
  readonly type?: RecordType;
  readonly rcode?: Rcode;
  readonly aa?: boolean;
  readonly answer?: string[];
  readonly authority?: string[];
  readonly additional?: string[];
}

const CASES: Case[] = [
  { title: 'an SRV set comes with the addresses of its targets that are ours', ask: '_vlmcs._tcp', answer: SRV_SET, additional: ADDRESSES },
  { title: 'letter case does not matter', ask: '_VLMCS._Tcp.EXAMPLE.org.', answer: SRV_SET, additional: ADDRESSES },
  { title: 'the target "." has no address to add', ask: '_none._tcp', answer: ['_none._tcp.example.org. 300 IN SRV 0 0 0 .'] },
  { title: 'an empty non-terminal is NODATA, not NXDOMAIN (T1)', ask: '_tcp', authority: [SOA] },
  { title: 'a name without the type is NODATA with the SOA, its TTL lowered to MINIMUM', ask: 'both', authority: [SOA] },
  { title: 'a name that does not exist is NXDOMAIN with the SOA', ask: 'nothing', rcode: 'NXDOMAIN', authority: [SOA] },
  { title: 'a name below one that exists is NXDOMAIN', ask: 'a.kms1', rcode: 'NXDOMAIN', authority: [SOA] },
  { title: 'a SOA TTL below MINIMUM stays', ask: 'x.child', rcode: 'NXDOMAIN', authority: ['child.example.org. 600 IN SOA'] },
  { title: 'the zone with the longest origin answers', ask: 'www.child', type: 'A', answer: ['www.child.example.org. 60 IN A 192.0.2.80'] },
  { title: 'an origin is its own zone', ask: 'child', type: 'SOA', answer: ['child.example.org. 600 IN SOA'] },
  { title: 'a name in nobody’s zone is REFUSED', ask: 'www.example.com.', rcode: 'REFUSED', aa: false },
  { title: 'a name that only ends like a zone is REFUSED', ask: 'notexample.org.', rcode: 'REFUSED', aa: false },
  { title: 'the root is REFUSED', ask: '.', type: 'NS', rcode: 'REFUSED', aa: false },
  {
    title: 'NS brings the addresses of the name servers',
    ask: '@',
    type: 'NS',
    answer: ['example.org. 300 IN NS ns1.example.org.'],
    additional: ['ns1.example.org. 300 IN A 192.0.2.53'],
  },
  { title: 'an alias is followed', ask: 'alias', type: 'A', answer: ['alias.example.org. 300 IN CNAME kms1.example.org.', ADDRESSES[0]!] },
  {
    title: 'a chain of aliases is followed',
    ask: 'chain',
    type: 'AAAA',
    answer: ['chain.example.org. 300 IN CNAME alias.example.org.', 'alias.example.org. 300 IN CNAME kms1.example.org.', ADDRESSES[1]!],
  },
  {
    title: 'an alias itself is answered when CNAME is asked',
    ask: 'chain',
    type: 'CNAME',
    answer: ['chain.example.org. 300 IN CNAME alias.example.org.'],
  },
  {
    title: 'an alias out of our zones is where the answer ends',
    ask: 'away',
    type: 'A',
    answer: ['away.example.org. 300 IN CNAME www.example.com.'],
  },
  {
    title: 'an alias to nothing is NXDOMAIN with the alias (RFC 6604)',
    ask: 'gone',
    type: 'A',
    rcode: 'NXDOMAIN',
    answer: ['gone.example.org. 300 IN CNAME nothing.example.org.'],
    authority: [SOA],
  },
  {
    title: 'an alias to a name without the type is NODATA with the alias',
    ask: 'nodata',
    type: 'AAAA',
    answer: ['nodata.example.org. 300 IN CNAME both.example.org.'],
    authority: [SOA],
  },
  {
    title: 'an alias into another zone of ours is followed',
    ask: 'cross',
    type: 'A',
    answer: ['cross.example.org. 300 IN CNAME www.child.example.org.', 'www.child.example.org. 60 IN A 192.0.2.80'],
  },
  {
    title: 'ANY brings every set of the name',
    ask: 'both',
    type: 'ANY',
    answer: ['both.example.org. 300 IN A 192.0.2.9', 'both.example.org. 300 IN TXT "hello"'],
  },
  { title: 'ANY does not follow aliases', ask: 'alias', type: 'ANY', answer: ['alias.example.org. 300 IN CNAME kms1.example.org.'] },
  {
    title: 'a delegated name is a referral with glue, without authority',
    ask: 'sub',
    type: 'A',
    aa: false,
    authority: ['sub.example.org. 300 IN NS ns.sub.example.org.', 'sub.example.org. 300 IN NS ns.example.net.'],
    additional: ['ns.sub.example.org. 300 IN A 192.0.2.54'],
  },
  {
    title: 'data below a delegation is not ours to give',
    ask: 'deep.sub',
    type: 'A',
    aa: false,
    authority: ['sub.example.org. 300 IN NS ns.sub.example.org.', 'sub.example.org. 300 IN NS ns.example.net.'],
    additional: ['ns.sub.example.org. 300 IN A 192.0.2.54'],
  },
  {
    title: 'an alias into a delegation ends in the referral',
    ask: 'tosub',
    type: 'A',
    answer: ['tosub.example.org. 300 IN CNAME x.sub.example.org.'],
    authority: ['sub.example.org. 300 IN NS ns.sub.example.org.', 'sub.example.org. 300 IN NS ns.example.net.'],
    additional: ['ns.sub.example.org. 300 IN A 192.0.2.54'],
  },
  {
    title: 'a wildcard answers for names that do not exist',
    ask: 'any.wild',
    type: 'A',
    answer: ['any.wild.example.org. 300 IN A 192.0.2.77'],
  },
  { title: 'a wildcard answers at any depth', ask: 'a.b.wild', type: 'A', answer: ['a.b.wild.example.org. 300 IN A 192.0.2.77'] },
  { title: 'a wildcard without the type is NODATA', ask: 'any.wild', type: 'SRV', authority: [SOA] },
  { title: 'a wildcard does not answer for a name that exists', ask: 'real.wild', type: 'A', authority: [SOA] },
  { title: 'a wildcard does not answer for an empty non-terminal', ask: 'ent.wild', type: 'A', authority: [SOA] },
  {
    title: 'a wildcard does not answer below a name that exists (RFC 4592 section 3.3.1)',
    ask: 'y.ent.wild',
    type: 'A',
    rcode: 'NXDOMAIN',
    authority: [SOA],
  },
  { title: 'a wildcard does not answer for its own parent', ask: 'wild', type: 'A', authority: [SOA] },
  { title: 'a wildcard can be asked for itself', ask: '*.wild', type: 'A', answer: ['*.wild.example.org. 300 IN A 192.0.2.77'] },
  {
    title: 'an alias in a wildcard is followed',
    ask: 'any.wildalias',
    type: 'A',
    answer: ['any.wildalias.example.org. 300 IN CNAME kms1.example.org.', ADDRESSES[0]!],
  },
  { title: 'AXFR is REFUSED', ask: '@', type: 'AXFR', rcode: 'REFUSED', aa: false },
  { title: 'IXFR is REFUSED', ask: '@', type: 'IXFR', rcode: 'REFUSED', aa: false },
  { title: 'mail types of old are NOTIMP', ask: '@', type: 'MAILB', rcode: 'NOTIMP', aa: false },
  { title: 'TSIG is no question', ask: '@', type: 'TSIG', rcode: 'FORMERR', aa: false },
  { title: 'OPT is no question', ask: '@', type: 'OPT', rcode: 'FORMERR', aa: false },
  { title: 'an unknown type is NODATA', ask: 'kms1', type: 'TYPE65280', authority: [SOA] },
];

for (const { title, ask, type = 'SRV', rcode = 'NOERROR', aa = true, answer = [], authority = [], additional = [] } of CASES) {
  test(title, (t) => {
    const question = { name: parseDomainName(ask, PARENT.origin), type, class: 'IN' } as const;
    const reply = answerQuery(ZONES, makeMessage({ id: 4711, recursionDesired: true, question: [question] }));
    t.like(reply, {
      id: 4711,
      response: true,
      opcode: 'QUERY',
      recursionDesired: true,
      recursionAvailable: false,
      authenticData: false,
      truncated: false,
    });
    t.deepEqual(
      {
        rcode: reply.rcode,
        aa: reply.authoritative,
        answer: lines(reply.answer),
        authority: lines(reply.authority),
        additional: lines(reply.additional),
      },
      { rcode, aa, answer, authority, additional },
    );
    t.deepEqual(reply.question, [question]);
  });
}

for (const { ask, answer } of [
  { ask: 'loop1', answer: ['loop1.example.org. 300 IN CNAME loop2.example.org.', 'loop2.example.org. 300 IN CNAME loop1.example.org.'] },
  { ask: 'self', answer: ['self.example.org. 300 IN CNAME self.example.org.'] },
]) {
  test(`the alias loop at ${ask} is gone through once`, (t) => {
    const reply = query({ name: parseDomainName(ask, PARENT.origin), type: 'A', class: 'IN' });
    t.is(reply.rcode, 'NOERROR');
    t.deepEqual(lines(reply.answer), answer);
  });
}

test('a chain of aliases ends after 17 of them', (t) => {
  const zone = sampleZone(Array.from({ length: 40 }, (_, index) => `c${index} CNAME c${index + 1}`).join('\n'));
  const asked = { name: parseDomainName('c0', zone.origin), type: 'A', class: 'IN' } as const;
  t.is(answerQuery(new Map([[zone.origin.key, zone]]), makeMessage({ id: 1, question: [asked] })).answer.length, 17);
});

test('addresses of a target that two sets name are added once', (t) => {
  const zone = sampleZone('ns1 A 192.0.2.53\n@ SRV 0 0 1 ns1\n@ SRV 0 0 2 ns1');
  const reply = answerQuery(
    new Map([[zone.origin.key, zone]]),
    makeMessage({ id: 1, question: [{ name: zone.origin, type: 'ANY', class: 'IN' }] }),
  );
  t.deepEqual(lines(reply.additional), ['ns1.example.org. 300 IN A 192.0.2.53']);
});

test('of many zones, too, the one with the longest origin answers', (t) => {
  const siblings = Array.from({ length: 20 }, (_, index) => parseZone(`z${index}.example.org. 1 SOA a. b. ${index} 1 1 1 1`));
  const zones: Zones = new Map([PARENT, CHILD, ...siblings].map((zone) => [zone.origin.key, zone]));
  for (const { ask, origin } of [
    { ask: 'z19.example.org.', origin: 'z19.example.org.' },
    { ask: 'a\\.b.c.Z7.example.org.', origin: 'z7.example.org.' },
    { ask: 'x.z.example.org.', origin: 'example.org.' },
    { ask: 'www.child.example.org.', origin: 'child.example.org.' },
  ]) {
    t.is(findZone(zones, parseDomainName(ask))?.origin.key, origin, ask);
  }
  for (const ask of ['org.', '.', 'notexample.org.', 'x\\.example.org.']) t.is(findZone(zones, parseDomainName(ask)), undefined, ask);
});

test('other classes are REFUSED', (t) => {
  t.is(query({ name: PARENT.origin, type: 'SOA', class: 'CH' }).rcode, 'REFUSED');
});

test('class ANY is answered without authority (RFC 1034 section 3.7.1)', (t) => {
  t.like(query({ name: PARENT.origin, type: 'SOA', class: 'ANY' }), { rcode: 'NOERROR', authoritative: false });
});

const QUESTION = { name: PARENT.origin, type: 'SOA', class: 'IN' } as const;

for (const { title, parts, rcode } of [
  { title: 'no question', parts: { question: [] }, rcode: 'FORMERR' },
  { title: 'two questions (RFC 9619)', parts: { question: [QUESTION, QUESTION] }, rcode: 'FORMERR' },
  { title: 'NOTIFY', parts: { opcode: 'NOTIFY', question: [QUESTION] }, rcode: 'NOTIMP' },
  { title: 'IQUERY', parts: { opcode: 'IQUERY', question: [QUESTION] }, rcode: 'NOTIMP' },
  { title: 'STATUS', parts: { opcode: 'STATUS', question: [] }, rcode: 'NOTIMP' },
  { title: 'an unassigned opcode', parts: { opcode: 'OPCODE9', question: [] }, rcode: 'NOTIMP' },
  {
    title: 'EDNS version 1',
    parts: { question: [QUESTION], edns: { udpPayloadSize: 4096, version: 1, dnssecOk: false, options: [] } },
    rcode: 'BADVERS',
  },
] as const) {
  test(`${title} is ${rcode}`, (t) => {
    t.like(answerQuery(ZONES, makeMessage({ id: 1, ...parts })), { rcode, response: true, authoritative: false, answer: [] });
  });
}

test('EDNS is answered with our payload size and the DO bit of the query', (t) => {
  for (const dnssecOk of [true, false]) {
    const reply = answerQuery(
      ZONES,
      makeMessage({ id: 1, question: [QUESTION], edns: { udpPayloadSize: 4096, version: 0, dnssecOk, options: [] } }),
    );
    t.deepEqual(reply.edns, { udpPayloadSize: 1232, version: 0, dnssecOk, options: [] });
  }
  t.is(query(QUESTION).edns, undefined);
});

function query(question: Message['question'][number]): Message {
  return answerQuery(ZONES, makeMessage({ id: 1, question: [question] }));
}

// SOA records are cut off behind the type.
function lines(records: readonly ResourceRecord[]): string[] {
  return records.map((record) =>
    formatRecord(record)
      .replaceAll(/\s+/g, ' ')
      .replace(/(?<= SOA) .*/, ''),
  );
}
