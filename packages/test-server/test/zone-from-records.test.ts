import test from 'ava';
import { ParseError, parseDomainName } from '@srvkit/dns';
import { parseZone } from '../src/zone/index.ts';
import { contents, name, sampleZone } from './sample-zone.ts';

const SOA = 'example.org. 300 IN SOA ns1.example.org. host.example.org. 7 3600 600 86400 60\n';

test('a zone is the owner of its SOA', (t) => {
  const zone = parseZone(`${SOA}a.example.org. 60 IN A 192.0.2.1`);
  t.is(zone.origin.toString(), 'example.org.');
  t.is(zone.serial, 7);
  t.deepEqual(contents(zone), ['SOA 7', 'a.example.org. 60 IN A 192.0.2.1']);
});

test('the SOA comes first among the records, whatever its place in the text', (t) => {
  const [first] = parseZone(`a.example.org. 60 IN A 192.0.2.1\n${SOA}`).records();
  t.is(first?.type, 'SOA');
});

test('names above a record exist as empty non-terminals', (t) => {
  const zone = sampleZone('_vlmcs._tcp SRV 0 0 1688 kms1');
  t.is(zone.nodes.get('_tcp.example.org.')?.rrsets.size, 0);
  t.is(zone.nodes.get('_tcp.example.org.')?.children, 1);
  t.is(zone.nodes.get('org.'), undefined);
});

test('duplicates are dropped, names in RDATA compared without case', (t) => {
  const zone = sampleZone('a SRV 0 0 80 h\na SRV 0 0 80 H\na SRV 0 1 80 h');
  t.is(zone.rrset(name('a'), 'SRV')?.records.length, 2);
});

test('a set of many records is read in linear time', (t) => {
  const lines = Array.from({ length: 60_000 }, (_, at) => `a A 10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
  t.is(sampleZone([...lines, ...lines.slice(0, 9)].join('\n')).rrset(name('a'), 'A')?.records.length, 60_000); // minutes, if each were compared with all
});

test('character strings that differ only in case are not duplicates', (t) => {
  t.is(sampleZone('a TXT x\na TXT X\na TXT x').rrset(name('a'), 'TXT')?.records.length, 2);
});

test('an RRset has one TTL: the lowest that was written', (t) => {
  const set = sampleZone('a 60 A 192.0.2.1\na 30 A 192.0.2.2').rrset(name('A'), 'A');
  t.is(set?.ttl, 30);
  t.deepEqual(
    set?.records.map((record) => record.ttl),
    [30, 30],
  );
});

test('the records of an RRset share one name, which is compressed at no cost', (t) => {
  const set = sampleZone('a A 192.0.2.1\nA A 192.0.2.2').rrset(name('a'), 'A');
  t.is(set?.records[1]?.name, set?.records[0]?.name);
});

test('a zone may be the root', (t) => {
  const zone = parseZone('. 60 IN SOA a. b. 1 2 3 4 5\norg. 60 IN NS a.');
  t.is(zone.cuts, 1);
  t.deepEqual(contents(zone), ['SOA 1', 'org. 60 IN NS a.']);
});

for (const { title, text, code, at, origin } of [
  { title: 'no SOA', text: 'a.example.org. 60 IN A 192.0.2.1', code: 'NO_SOA', at: undefined },
  { title: 'no records at all', text: '; nothing', code: 'NO_SOA', at: undefined },
  { title: 'two SOAs', text: `${SOA}${SOA.replaceAll('example.org', 'example.com')}`, code: 'TWO_SOAS', at: '2:1' },
  { title: 'a record outside of the zone', text: `${SOA}a.example.com. 60 IN A 192.0.2.1`, code: 'OUT_OF_ZONE', at: '2:1' },
  { title: 'a record whose name only ends like the zone', text: `${SOA}notexample.org. 60 IN A 192.0.2.1`, code: 'OUT_OF_ZONE', at: '2:1' },
  { title: 'a record of another class', text: `${SOA}a.example.org. 60 CH TXT "x"`, code: 'WRONG_CLASS', at: '2:1' },
  {
    title: 'CNAME beside other data',
    text: `${SOA}a.example.org. 60 IN CNAME b.example.org.\na.example.org. 60 IN TXT "x"`,
    code: 'CNAME_AND_OTHER_DATA',
    at: '2:1',
  },
  { title: 'CNAME at the origin', text: `${SOA}example.org. 60 IN CNAME b.example.org.`, code: 'CNAME_AND_OTHER_DATA', at: '2:1' },
  {
    title: 'two CNAMEs',
    text: `${SOA}a.example.org. 60 IN CNAME b.example.org.\na.example.org. 60 IN CNAME c.example.org.`,
    code: 'TWO_CNAMES',
    at: '3:1',
  },
  { title: 'a SOA that is not at the origin asked for', text: SOA, code: 'SOA_NOT_AT_ORIGIN', at: '1:1', origin: 'org.' },
]) {
  test(`refused with ${code}: ${title}`, (t) => {
    const options = { file: 'x.zone', ...(origin === undefined ? {} : { origin: parseDomainName(origin) }) };
    const error = t.throws(() => parseZone(text, options), { instanceOf: ParseError });
    t.is(error?.code, code);
    t.true(error?.message.startsWith(at === undefined ? 'x.zone: ' : `x.zone:${at}: `), error?.message);
    t.is(error?.line, at === undefined ? undefined : Number.parseInt(at, 10));
  });
}

test('without a file name, the line is named all the same', (t) => {
  const error = t.throws(() => parseZone(`${SOA}\na.example.com. 60 IN A 192.0.2.1`), { code: 'OUT_OF_ZONE' });
  t.regex(error?.message ?? '', /^line 3, column 1: a\.example\.com\. is not in the zone/);
});

test('the SOA may be there again at the end, as dig +noall +answer AXFR prints it', (t) => {
  t.deepEqual(contents(parseZone(`${SOA}a.example.org. 60 IN A 192.0.2.1\n${SOA}`)), ['SOA 7', 'a.example.org. 60 IN A 192.0.2.1']);
  for (const other of [SOA.replace(' 7 ', ' 8 '), SOA.replace('300', '301')]) t.throws(() => parseZone(SOA + other), { code: 'TWO_SOAS' });
});

test('a syntax error keeps its file and line', (t) => {
  const error = t.throws(() => parseZone(`${SOA}a A`, { file: 'x.zone' }), { instanceOf: ParseError });
  t.is(error?.line, 2);
  t.regex(error?.message ?? '', /^x\.zone:2:/);
});
