import { readFileSync } from 'node:fs';
import { parseDomainName } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import test from 'ava';
import { digOne } from './dig.ts';
import { judgeTest } from './judge-test.ts';
import { serve } from './serve.ts';

const ORIGIN = 'east.contoso.com';
const LONG_LABEL = 'x'.repeat(63);
/** With the origin 255 octets, as long as a name can be. */
const LONGEST = `_s._tcp.${`${LONG_LABEL}.`.repeat(3)}${'y'.repeat(255 - 18 - 8 - 3 * 64 - 1)}`;
const MANY = Array.from({ length: 70 }, (_, at) => `_many._tcp SRV 10 ${at} 1688 kms-${at}`);
const ZONE = [
  readFileSync(new URL('../../fixtures/interop/awkward.zone', import.meta.url), 'utf8'),
  `${LONGEST} SRV 10 75 1688 kms-e1`,
  ...MANY,
  '',
].join('\n');

// What our client makes of each name, and how many answers dig gets.
const CASES = [
  { name: '_alias._tcp', expected: { kind: 'records', records: 1, ttl: 3600, dropped: [] }, answers: 2 },
  { name: '_loop._tcp', expected: { kind: 'failed', records: 0, ttl: null, dropped: [] }, answers: 2 },
  { name: '_alias-target._tcp', expected: { kind: 'records', records: 1, ttl: 3600, dropped: [] }, answers: 1 },
  { name: '_address-target._tcp', expected: { kind: 'nodata', records: 0, ttl: 3600, dropped: ['address-target'] }, answers: 1 },
  { name: '_unequal._tcp', expected: { kind: 'records', records: 2, ttl: 60, dropped: [] }, answers: 2 },
  { name: '_at-once._tcp', expected: { kind: 'records', records: 1, ttl: 0, dropped: [] }, answers: 1 },
  { name: '_none._tcp', expected: { kind: 'unavailable', records: 0, ttl: 3600, dropped: [] }, answers: 1 },
  { name: '_both._tcp', expected: { kind: 'records', records: 1, ttl: 3600, dropped: ['root-target'] }, answers: 2 },
  { name: '_port-zero._tcp', expected: { kind: 'nodata', records: 0, ttl: 3600, dropped: ['port-zero'] }, answers: 1 },
  { name: '_twice._tcp', expected: { kind: 'records', records: 2, ttl: 3600, dropped: [] }, answers: 2 },
  { name: '_many._tcp', expected: { kind: 'records', records: 70, ttl: 3600, dropped: [] }, answers: 70 },
  { name: LONGEST, expected: { kind: 'records', records: 1, ttl: 3600, dropped: [] }, answers: 1 },
] as const;

test('our client meets every awkward name that a zone may hold', async (t) => {
  const server = await serve(t, { zones: [ZONE] });
  const client = createDnsClient({ servers: [server.address] });
  t.teardown(() => client.close());
  for (const { name, expected } of CASES) {
    const { kind, records, ttl, dropped } = await client.lookup(parseDomainName(`${name}.${ORIGIN}`), 'SRV');
    t.deepEqual({ kind, records: records.length, ttl, dropped: dropped.map(({ why }) => why) }, expected, name);
  }
});

judgeTest(['dig'], 'dig reads every awkward name from our server without a remark', async (t) => {
  const server = await serve(t, { zones: [ZONE] });
  for (const { name, answers } of CASES) {
    const { status, answer, remarks } = await digOne(server.address, `${name}.${ORIGIN}`, 'SRV');
    t.deepEqual({ status, answers: answer.length, remarks }, { status: 'NOERROR', answers, remarks: [] }, name);
  }
});
