import { encodeMessage, hmacSigner, makeMessage, parseDomainName, signMessage } from '@srvkit/dns';
import type { Message, RecordType } from '@srvkit/dns';
import { makeQuery } from '@srvkit/dns-client';
import { answerQuery, parseZone } from '@srvkit/test-server/zone';
import { EAST_ZONE, SERVICE } from './east-zone.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { dissect } from './tshark.ts';
import { WHOLE_UPDATE } from './whole-update.ts';

const TSHARK = ['tshark', 'text2pcap'] as const;
const ZONE = parseZone(EAST_ZONE);
const KEY = makeKey({ algorithm: 'hmac-sha512' });
const TIME_SIGNED = 1_795_301_742;

judgeTest(TSHARK, 'tshark reads our queries, with and without EDNS', async (t) => {
  const question = { name: parseDomainName(SERVICE), type: 'SRV', class: 'IN' } as const;
  const queries = [makeQuery(question, { id: 0x1267, edns: false }), makeQuery(question, { id: 0xfffe })];
  const [plain, withEdns] = await dissect(
    t,
    queries.map((query) => encodeMessage(query)),
  );
  t.like(plain, { malformed: false, complaints: [] });
  t.like(plain?.fields, { 'dns.id': '0x1267', 'dns.count.queries': '1', 'dns.count.add_rr': '0' });
  t.deepEqual(Object.keys(plain?.fields['Queries'] ?? {}), ['_vlmcs._tcp.east.contoso.com: type SRV, class IN']);
  t.like(withEdns, { malformed: false, complaints: [] });
  t.is(withEdns?.fields['dns.id'], '0xfffe');
  t.is(Number(withEdns?.records('Additional records')[0]?.fields['dns.rr.udp_payload_size']), 1232);
});

judgeTest(TSHARK, 'tshark reads answers of every type, none of whose SRV targets is compressed', async (t) => {
  const questions = ['_vlmcs._tcp SRV', 'kms-e1 AAAA', 'kms A', '11 PTR', 'text TXT', 'unknown TYPE65280', '@ SOA', '@ NS'];
  const replies = questions.map((question) => {
    const [owner = '', type = ''] = question.split(' ');
    return encodeMessage(answerQuery(new Map([[ZONE.origin.key, ZONE]]), queryOf(owner, type as RecordType)));
  });
  const dissections = await dissect(t, replies);
  t.deepEqual(
    dissections.map(({ malformed, complaints }) => ({ malformed, complaints })),
    questions.map(() => ({ malformed: false, complaints: [] })),
  );
  t.deepEqual(
    dissections.map(({ records }) => records('Answers').map(({ summary }) => summary)),
    [
      [
        '_vlmcs._tcp.east.contoso.com: type SRV, class IN, priority 10, weight 75, port 1688, target kms-e1.east.contoso.com',
        '_vlmcs._tcp.east.contoso.com: type SRV, class IN, priority 10, weight 25, port 1688, target kms-e2.east.contoso.com',
      ],
      ['kms-e1.east.contoso.com: type AAAA, class IN, addr 2001:db8::11'],
      [
        'kms.east.contoso.com: type CNAME, class IN, cname kms-e1.east.contoso.com',
        'kms-e1.east.contoso.com: type A, class IN, addr 192.0.2.11',
      ],
      ['11.east.contoso.com: type PTR, class IN, kms-e1.east.contoso.com'],
      ['text.east.contoso.com: type TXT, class IN'],
      ['unknown.east.contoso.com: type Unknown (65280), class IN'],
      ['east.contoso.com: type SOA, class IN, mname dns1.east.contoso.com'],
      ['east.contoso.com: type NS, class IN, ns dns1.east.contoso.com'],
    ],
  );
  const [srv] = dissections;
  t.deepEqual(
    srv?.records('Answers').map(({ ttl, length }) => ({ ttl, length })),
    [
      { ttl: 3600, length: 6 + 25 },
      { ttl: 3600, length: 6 + 25 },
    ],
  );
  t.like(srv?.records('Answers')[0]?.fields, { 'dns.srv.priority': '10', 'dns.srv.weight': '75', 'dns.srv.port': '1688' });
  t.is(srv?.records('Additional records').length, 3);
});

judgeTest(TSHARK, 'tshark reads a signed UPDATE with every prerequisite and operation, over UDP and TCP', async (t) => {
  const { bytes } = await signMessage(encodeMessage(WHOLE_UPDATE), hmacSigner(KEY), { timeSigned: TIME_SIGNED, fudge: 250 });
  for (const transport of ['udp', 'tcp'] as const) {
    const [update] = await dissect(t, [bytes], transport);
    t.like(update, { malformed: false, complaints: [] });
    t.like(update?.fields, {
      'dns.id': '0x1267',
      'dns.count.zones': '1',
      'dns.count.prerequisites': '6',
      'dns.count.updates': '4',
      'dns.count.add_rr': '1',
    });
    t.deepEqual(Object.keys(update?.fields['Zone'] ?? {}), ['east.contoso.com: type SOA, class IN']);
    t.deepEqual(
      update?.records('Prerequisites').map(({ summary, ttl, length }) => ({ summary, ttl, length })),
      [
        { summary: 'in-use.east.contoso.com: type ANY, class ANY', ttl: 0, length: 0 },
        { summary: 'free.east.contoso.com: type ANY, class NONE', ttl: 0, length: 0 },
        { summary: '_vlmcs._tcp.east.contoso.com: type SRV, class ANY', ttl: 0, length: 0 },
        { summary: 'kms-e9.east.contoso.com: type A, class NONE', ttl: 0, length: 0 },
        { summary: `${SRV_IN} priority 10, weight 75, port 1688, target kms-e1.east.contoso.com`, ttl: 0, length: 31 },
        { summary: `${SRV_IN} priority 10, weight 25, port 1688, target kms-e2.east.contoso.com`, ttl: 0, length: 31 },
      ],
    );
    t.deepEqual(
      update?.records('Updates').map(({ summary, ttl, length }) => ({ summary, ttl, length })),
      [
        { summary: `${SRV_IN} priority 10, weight 25, port 1688, target kms-e2.east.contoso.com`, ttl: 3600, length: 31 },
        {
          summary: `${SRV_IN.replace('IN', 'NONE')} priority 10, weight 75, port 1688, target kms-e1.east.contoso.com`,
          ttl: 0,
          length: 31,
        },
        { summary: 'kms-e2.east.contoso.com: type A, class ANY', ttl: 0, length: 0 },
        { summary: 'old.east.contoso.com: type ANY, class ANY', ttl: 0, length: 0 },
      ],
    );
    const tsig = update?.records('Additional records')[0];
    t.is(tsig?.summary, 'east-key: type TSIG, class ANY');
    t.like(tsig?.fields, {
      'dns.tsig.algorithm_name': 'hmac-sha512',
      'dns.tsig.fudge': '250',
      'dns.tsig.mac_size': '64',
      'dns.tsig.original_id': '4711',
      'dns.tsig.error': '0',
      'dns.tsig.other_len': '0',
    });
    t.is(secondsOf(tsig?.fields['dns.tsig.time_signed']), TIME_SIGNED);
  }
});

judgeTest(TSHARK, 'tshark reads a signed BADTIME reply with the time of the server', async (t) => {
  const other = Uint8Array.of(0, 0, 0x6b, 2, 0x1d, 0xae);
  const reply = encodeMessage(
    makeMessage({ id: 4711, response: true, opcode: 'UPDATE', rcode: 'NOTAUTH', question: WHOLE_UPDATE.question }),
  );
  const { bytes } = await signMessage(reply, hmacSigner(KEY), {
    timeSigned: TIME_SIGNED,
    requestMac: new Uint8Array(64),
    error: 'BADTIME',
    other,
  });
  const [dissection] = await dissect(t, [bytes]);
  t.like(dissection, { malformed: false, complaints: [] });
  t.like(dissection?.records('Additional records')[0]?.fields, { 'dns.tsig.error': '18', 'dns.tsig.other_len': '6' });
});

judgeTest(TSHARK, 'tshark does notice what is wrong with a message', async (t) => {
  const whole = encodeMessage(WHOLE_UPDATE);
  const [short, complete] = await dissect(t, [whole.subarray(0, -3), whole]);
  t.true(short?.malformed);
  t.false(complete?.malformed);
});

const SRV_IN = '_vlmcs._tcp.east.contoso.com: type SRV, class IN,';
function queryOf(owner: string, type: RecordType, id = 1): Message {
  return makeMessage({ id, question: [{ name: parseDomainName(owner, ZONE.origin), type, class: 'IN' }] });
}

// `Nov 21, 2026 22:55:42.000000000 UTC`, or as later versions have it `2026-11-21T22:55:42.000000000Z`.
function secondsOf(time: unknown): number {
  return Date.parse(String(time).replace(/\.\d+/, '')) / 1000;
}
