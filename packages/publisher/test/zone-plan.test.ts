import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import { desiredRecords, withdrawn } from '../src/plan/desired.ts';
import type { Desired, SrvRecord } from '../src/plan/desired.ts';
import { planZone } from '../src/plan/zone-plan.ts';
import type { CurrentSet } from '../src/plan/zone-plan.ts';

// Records are written 'TTL PRIORITY WEIGHT PORT TARGET', targets below example.org.
interface Case {
  title: string;
  current: readonly string[];
  parts?: Partial<Desired>;
  numbers?: readonly [priority: number, weight: number];
  withdraw?: boolean;
  /** `PORT TARGET`, as a journal names them. */
  formerly?: readonly string[];
  add?: readonly string[];
  delete?: readonly string[];
  keep?: readonly string[];
  findings?: readonly string[];
}

const cases: Case[] = [
  { title: 'an empty name gets our record with our TTL', current: [], add: ['3600 10 75 1688 kms1'] },
  { title: 'an empty name gets the TTL that was asked for', current: [], parts: { ttl: 60 }, add: ['60 10 75 1688 kms1'] },
  {
    title: 'neighbours with our TTL stay, without a word',
    current: ['3600 10 25 1688 kms2'],
    add: ['3600 10 75 1688 kms1'],
    keep: ['3600 10 25 1688 kms2'],
  },
  {
    title: "neighbours' TTL is adopted (publish section 4: another one would move theirs)",
    current: ['300 10 25 1688 kms2', '300 90 25 1688 kms3'],
    add: ['300 10 75 1688 kms1'],
    keep: ['300 10 25 1688 kms2', '300 90 25 1688 kms3'],
    findings: ['ttl-kept'],
  },
  {
    title: 'enforcing a TTL beside neighbours says that theirs moves',
    current: ['300 10 25 1688 kms2'],
    parts: { ttlPolicy: 'enforce' },
    add: ['3600 10 75 1688 kms1'],
    keep: ['300 10 25 1688 kms2'],
    findings: ['ttl-moved-neighbours'],
  },
  { title: 'our record is right already', current: ['3600 10 75 1688 kms1'], keep: ['3600 10 75 1688 kms1'] },
  {
    title: 'our record with another TTL stays',
    current: ['300 10 75 1688 kms1'],
    keep: ['300 10 75 1688 kms1'],
    findings: ['ttl-kept'],
  },
  {
    title: 'enforcing a TTL deletes and adds in one message (an add alone is ignored by one server)',
    current: ['300 10 75 1688 kms1'],
    parts: { ttlPolicy: 'enforce' },
    add: ['3600 10 75 1688 kms1'],
    delete: ['300 10 75 1688 kms1'],
  },
  {
    title: 'enforcing the TTL that is there does nothing',
    current: ['3600 10 25 1688 kms2', '3600 10 75 1688 kms1'],
    parts: { ttlPolicy: 'enforce' },
    keep: ['3600 10 25 1688 kms2', '3600 10 75 1688 kms1'],
  },
  {
    title: 'our record in another letter case stays as it is',
    current: ['3600 10 75 1688 KMS1'],
    keep: ['3600 10 75 1688 KMS1'],
    findings: ['case-kept'],
  },
  {
    title: 'a twin with another weight goes, by the letters that were read',
    current: ['3600 10 50 1688 Kms1', '3600 10 25 1688 kms2'],
    add: ['3600 10 75 1688 kms1'],
    delete: ['3600 10 50 1688 Kms1'],
    keep: ['3600 10 25 1688 kms2'],
  },
  {
    title: 'a twin with another priority and our own TTL: the set keeps it',
    current: ['60 0 0 1688 kms1'],
    add: ['60 10 75 1688 kms1'],
    delete: ['60 0 0 1688 kms1'],
    findings: ['ttl-kept'],
  },
  {
    title: 'two stale twins beside the right record go, and nothing is added',
    current: ['3600 0 0 1688 kms1', '3600 10 75 1688 kms1', '3600 10 50 1688 kms1'],
    delete: ['3600 0 0 1688 kms1', '3600 10 50 1688 kms1'],
    keep: ['3600 10 75 1688 kms1'],
  },
  {
    title: 'ours at another port is a service of its own',
    current: ['3600 10 75 1689 kms1'],
    add: ['3600 10 75 1688 kms1'],
    keep: ['3600 10 75 1689 kms1'],
    findings: ['same-target-other-port'],
  },
  {
    title: 'ours at the port that is replaced goes',
    current: ['3600 10 75 1689 kms1', '3600 10 75 1690 kms1', '3600 10 75 1689 kms2'],
    parts: { replacePort: 1689 },
    add: ['3600 10 75 1688 kms1'],
    delete: ['3600 10 75 1689 kms1'],
    keep: ['3600 10 75 1690 kms1', '3600 10 75 1689 kms2'],
    findings: ['same-target-other-port'],
  },
  {
    title: 'what the journal names goes in the same message: another port, another name, both (kms P-28)',
    current: ['60 10 75 1689 kms1', '60 10 75 1688 kms7', '60 0 0 1690 kms8', '60 10 75 1690 kms7', '60 10 75 1688 kms8'],
    formerly: ['1689 kms1', '1688 kms7', '1690 kms8', '1688 kms1'],
    add: ['60 10 75 1688 kms1'],
    delete: ['60 10 75 1689 kms1', '60 10 75 1688 kms7', '60 0 0 1690 kms8'],
    keep: ['60 10 75 1690 kms7', '60 10 75 1688 kms8'],
    findings: ['ttl-kept'],
  },
  {
    title: 'withdrawing takes what the journal names',
    withdraw: true,
    current: ['60 10 75 1688 kms7', '60 10 75 1688 kms2'],
    formerly: ['1688 kms7'],
    delete: ['60 10 75 1688 kms7'],
    keep: ['60 10 75 1688 kms2'],
  },
  {
    title: 'draining puts us behind every neighbour, with our weight',
    current: ['3600 10 75 1688 kms1', '3600 10 25 1688 kms2', '3600 90 25 1688 kms3'],
    parts: { draining: true },
    add: ['3600 91 75 1688 kms1'],
    delete: ['3600 10 75 1688 kms1'],
    keep: ['3600 10 25 1688 kms2', '3600 90 25 1688 kms3'],
  },
  {
    title: 'draining again does nothing',
    current: ['3600 91 75 1688 kms1', '3600 90 25 1688 kms3'],
    parts: { draining: true },
    keep: ['3600 90 25 1688 kms3', '3600 91 75 1688 kms1'],
  },
  {
    title: 'draining leaves a priority that is worse already',
    current: ['3600 10 75 1688 kms1', '3600 5 25 1688 kms2'],
    parts: { draining: true },
    keep: ['3600 5 25 1688 kms2', '3600 10 75 1688 kms1'],
  },
  {
    title: 'nothing is worse than 65535',
    current: ['3600 10 75 1688 kms1', '3600 65535 25 1688 kms2'],
    parts: { draining: true },
    add: ['3600 65535 75 1688 kms1'],
    delete: ['3600 10 75 1688 kms1'],
    keep: ['3600 65535 25 1688 kms2'],
  },
  {
    title: 'draining adds nothing where we are not',
    current: ['3600 10 25 1688 kms2'],
    parts: { draining: true },
    keep: ['3600 10 25 1688 kms2'],
  },
  {
    title: 'a neighbour with the same numbers is not us',
    current: ['3600 10 75 1688 kms10'],
    add: ['3600 10 75 1688 kms1'],
    keep: ['3600 10 75 1688 kms10'],
  },
  {
    title: 'withdrawing takes ours and its twins, whatever their numbers and letter case',
    withdraw: true,
    current: ['60 10 75 1688 kms1', '60 0 1 1688 KMS1', '60 10 25 1688 kms2', '60 10 75 1689 kms1'],
    delete: ['60 10 75 1688 kms1', '60 0 1 1688 KMS1'],
    keep: ['60 10 25 1688 kms2', '60 10 75 1689 kms1'],
  },
  {
    title: 'withdrawing takes the replaced port too',
    withdraw: true,
    current: ['60 10 75 1688 kms1', '60 10 75 1689 kms1'],
    parts: { replacePort: 1689 },
    delete: ['60 10 75 1688 kms1', '60 10 75 1689 kms1'],
  },
  { title: 'withdrawing what is not there does nothing', withdraw: true, current: ['60 10 25 1688 kms2'], keep: ['60 10 25 1688 kms2'] },
];

for (const item of cases) {
  test(item.title, (t) => {
    const plan = planZone({ records: item.current.map(srv), alias: undefined }, wanted(item));
    const { add = [], delete: gone = [], keep = [], findings = [] } = item;
    t.deepEqual(
      {
        add: plan.add.map(text),
        delete: plan.delete.map(text),
        keep: plan.keep.map(text),
        findings: plan.findings.map(({ code }) => code),
      },
      { add: [...add], delete: [...gone], keep: [...keep], findings: [...findings] },
    );
    t.is(plan.outcome, add.length + gone.length === 0 ? 'unchanged' : 'planned');
  });
}

test('what is deleted is the very record that was read', (t) => {
  const twin = srv('3600 0 0 1688 KMS1');
  t.is(planZone({ records: [twin], alias: undefined }, wanted({})).delete[0], twin);
});

test('an alias at the owner leaves nothing to do, and publishing has not happened', (t) => {
  const aliased: CurrentSet = { records: [], alias: parseDomainName('elsewhere.example.org') };
  const plan = planZone(aliased, wanted({}));
  t.deepEqual([plan.outcome, plan.add, plan.findings.map(({ code }) => code)], ['not-applied', [], ['ignored-by-cname']]);
  t.regex(plan.findings[0]!.message, /_vlmcs\._tcp\.example\.org\. is an alias for elsewhere\.example\.org\./);
  t.is(planZone(aliased, wanted({ withdraw: true })).outcome, 'unchanged');
});

test('what may still come is deleted too where it does not show, and alone is no change', (t) => {
  const inDoubt = ['0 10 75 1688 kms1', '0 10 75 1689 kms1', '0 10 75 1688 kms7'].map((line) => srv(line).rdata);
  const recalled = (records: readonly string[], withdraw: boolean): readonly string[] => {
    const plan = planZone({ records: records.map(srv), alias: undefined }, { ...wanted({ withdraw }), inDoubt, formerly: inDoubt });
    return [plan.outcome, ...plan.recall.map(text)];
  };
  t.deepEqual(recalled([], true), ['unchanged', '0 10 75 1688 kms1', '0 10 75 1689 kms1', '0 10 75 1688 kms7']);
  t.deepEqual(recalled(['60 10 75 1689 kms1', '60 20 75 1688 kms1'], true), ['planned', '0 10 75 1688 kms1', '0 10 75 1688 kms7']);
  // What is wanted is not taken back.
  t.deepEqual(recalled([], false), ['planned', '0 10 75 1689 kms1', '0 10 75 1688 kms7']);
});

test('records of another owner in an answer are not ours', (t) => {
  const stray = { ...srv('3600 0 0 1688 kms1'), name: parseDomainName('_other._tcp.example.org') };
  const plan = planZone({ records: [stray], alias: undefined }, wanted({ withdraw: true }));
  t.deepEqual([plan.delete, plan.keep], [[], [stray]]);
});

test('findings of the list come first', (t) => {
  const findings = [{ code: 'host-name-in-list', message: 'KMS_E1 is a host' }] as const;
  const plan = planZone({ records: [srv('60 0 0 1688 kms2')], alias: undefined }, { ...wanted({}), findings });
  t.deepEqual(
    plan.findings.map(({ code }) => code),
    ['host-name-in-list', 'ttl-kept'],
  );
});

function wanted({ parts = {}, numbers = [10, 75], withdraw = false, formerly = [] }: Partial<Case>): ReturnType<typeof withdrawn> {
  const [record] = desiredRecords({
    service: '_vlmcs._tcp',
    target: parseDomainName('kms1.example.org'),
    port: 1688,
    entries: [{ domain: parseDomainName('example.org'), priority: numbers[0], weight: numbers[1] }],
    ...parts,
  });
  const known = { ...record!, formerly: formerly.map((line) => srv(`0 0 0 ${line}`).rdata) };
  return withdraw ? withdrawn(known) : known;
}

function srv(line: string): SrvRecord {
  const [ttl, priority, weight, port, host] = line.split(' ');
  return {
    name: parseDomainName('_vlmcs._tcp.example.org'),
    type: 'SRV',
    class: 'IN',
    ttl: Number(ttl),
    rdata: {
      type: 'SRV',
      priority: Number(priority),
      weight: Number(weight),
      port: Number(port),
      target: parseDomainName(`${host}.example.org`),
    },
  };
}

function text({ ttl, rdata }: SrvRecord): string {
  return `${ttl} ${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString().replace('.example.org.', '')}`;
}
