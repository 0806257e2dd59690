import { makeMessage, parseDomainName, parseMasterFile } from '@srvkit/dns';
import test from 'ava';
import { TransferReader } from '../src/transfer.ts';

const zone = parseDomainName('example.org');
const answer = (text: string) => makeMessage({ id: 1, response: true, answer: parseMasterFile(text, { origin: zone, defaultTtl: 60 }) });
const SOA = '@ SOA ns1 hostmaster 1 3600 600 604800 300\n';

const cases: readonly { title: string; messages: readonly string[]; end: unknown; records?: number }[] = [
  { title: 'one message with all of it', messages: [`${SOA}a A 192.0.2.1\n${SOA}`], end: 'complete', records: 2 },
  { title: 'the closing SOA in a message of its own', messages: [SOA, 'a A 192.0.2.1\n', SOA], end: 'complete', records: 2 },
  { title: 'what follows the closing SOA is not read', messages: [`${SOA}${SOA}b A 192.0.2.2\n`], end: 'complete', records: 1 },
  { title: 'without its last message it is not complete', messages: [SOA, 'a A 192.0.2.1\n'], end: undefined },
  {
    title: 'it has to begin with the SOA',
    messages: ['a A 192.0.2.1\n'],
    end: { malformed: 'the first record is not the SOA of the zone' },
  },
  {
    title: "another zone's SOA is none",
    messages: ['sub SOA ns1 h 1 2 3 4 5\n'],
    end: { malformed: 'the first record is not the SOA of the zone' },
  },
  {
    title: 'records of elsewhere are refused',
    messages: [`${SOA}other.example.net. A 192.0.2.1\n`],
    end: { malformed: 'other.example.net. is not in the zone' },
  },
  { title: 'an empty message is refused', messages: [SOA, ''], end: { malformed: 'a message without records' } },
];

for (const { title, messages, end, records } of cases) {
  test(`a transfer: ${title}`, (t) => {
    const reader = new TransferReader(zone);
    let last: unknown;
    for (const text of messages) last = reader.read(answer(text));
    t.deepEqual(last, end);
    if (records !== undefined) t.is(reader.records.length, records);
  });
}

test('a transfer of more records than a zone may have is refused', (t) => {
  const reader = new TransferReader(zone, 3);
  t.is(reader.read(answer(`${SOA}a A 192.0.2.1\nb A 192.0.2.2\n`)), undefined);
  t.deepEqual(reader.read(answer('c A 192.0.2.3\n')), { malformed: 'more than 3 records' });
});
