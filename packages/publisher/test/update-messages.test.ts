import test from 'ava';
import { decodeMessage, encodeMessage, parseDomainName } from '@srvkit/dns';
import { desiredRecords, nsupdateScript, planZone, updateMessages } from '../src/plan/index.ts';
import type { SrvRecord, ZonePlan } from '../src/plan/index.ts';

const zone = parseDomainName('contoso.com');

test('one UPDATE: the zone, deletes by the bytes that were read, then adds (RFC 2136 section 2.5)', (t) => {
  const messages = updateMessages(plan([srv('KMS1', 0, 0), srv('kms2', 0, 0)]), { zone, id: 7 });
  t.is(messages.length, 1);
  const message = decodeMessage(encodeMessage(messages[0]!));
  t.is(message.id, 7);
  t.is(message.opcode, 'UPDATE');
  t.deepEqual(
    message.question.map(({ name, type }) => `${name.toString()} ${type}`),
    ['contoso.com. SOA'],
  );
  t.deepEqual(message.answer, []);
  t.deepEqual(message.authority.map(text), [
    '_vlmcs._tcp.east.contoso.com. 0 NONE 0 0 1688 KMS1.contoso.com.',
    '_vlmcs._tcp.east.contoso.com. 3600 IN 10 75 1688 kms1.contoso.com.',
  ]);
});

test('nothing to do is no message at all', (t) => {
  t.deepEqual(updateMessages(plan([srv('kms1', 10, 75)]), { zone, id: 7 }), []);
});

test('a prerequisite goes where the RFC has it', (t) => {
  const [message] = updateMessages(plan([]), { zone, id: 7, prerequisites: [{ kind: 'rrsetAbsent', name: zone, type: 'SOA' }] });
  t.deepEqual(
    message?.answer.map(({ name, type, class: recordClass }) => `${name.toString()} ${recordClass} ${type}`),
    ['contoso.com. NONE SOA'],
  );
});

test('what is planned is told as a script for nsupdate too', (t) => {
  t.is(
    nsupdateScript(plan([srv('KMS1', 0, 0)]), { zone, server: { host: '127.0.0.1', port: 5300 } }),
    `server 127.0.0.1 5300
zone contoso.com.
update delete _vlmcs._tcp.east.contoso.com. IN SRV 0 0 1688 KMS1.contoso.com.
update add _vlmcs._tcp.east.contoso.com. 3600 IN SRV 10 75 1688 kms1.contoso.com.
send
`,
  );
  t.is(nsupdateScript(plan([srv('kms1', 10, 75)]), { zone }), '; _vlmcs._tcp.east.contoso.com.: nothing to do\n');
});

for (const target of ['kms_1', 'kms\\.1', 'kms\\0321', '*', '-kms', 'kms-']) {
  test(`nsupdate is told to take ${target} for a target`, (t) => {
    const script = nsupdateScript(plan([], target), { zone }).split('\n');
    t.deepEqual(script.slice(1), [
      'check-names no',
      `update add _vlmcs._tcp.east.contoso.com. 3600 IN SRV 10 75 1688 ${target}.contoso.com.`,
      'send',
      '',
    ]);
  });
}

test('what is recalled is deleted before anything is added, in the message and in the script', (t) => {
  const both = { ...plan([]), recall: [srv('kms7', 10, 75)] };
  const [message] = updateMessages(both, { zone: parseDomainName('contoso.com'), id: 1 });
  t.deepEqual(
    message?.authority.map((record) => `${record.class} ${record.rdata.type === 'SRV' ? record.rdata.target.toString() : ''}`),
    ['NONE kms7.contoso.com.', 'IN kms1.contoso.com.'],
  );
  t.deepEqual(
    nsupdateScript(both, { zone: parseDomainName('contoso.com') })
      .split('\n')
      .filter((line) => line.startsWith('update'))
      .map((line) => line.slice(0, 'update delete'.length)),
    ['update delete', 'update add _v'],
  );
});

function plan(records: readonly SrvRecord[], target = 'kms1'): ZonePlan {
  const [desired] = desiredRecords({
    service: '_vlmcs._tcp',
    target: parseDomainName(`${target}.contoso.com`),
    port: 1688,
    entries: [{ domain: parseDomainName('east.contoso.com'), priority: 10, weight: 75 }],
  });
  return planZone({ records, alias: undefined }, desired!);
}

function srv(host: string, priority: number, weight: number): SrvRecord {
  return {
    name: parseDomainName('_vlmcs._tcp.east.contoso.com'),
    type: 'SRV',
    class: 'IN',
    ttl: 3600,
    rdata: { type: 'SRV', priority, weight, port: 1688, target: parseDomainName(`${host}.contoso.com`) },
  };
}

function text({ name, ttl, class: recordClass, rdata }: ReturnType<typeof decodeMessage>['authority'][number]): string {
  if (rdata.type !== 'SRV') return rdata.type;
  return `${name.toString()} ${ttl} ${recordClass} ${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}`;
}
