import { parseDomainName } from '@srvkit/dns';
import type { DomainName, RecordType } from '@srvkit/dns';
import test from 'ava';
import { askServers } from '../src/ask-servers.ts';
import { findZone } from '../src/find-zone.ts';
import { makeLookup } from '../src/lookup.ts';
import type { Lookup } from '../src/lookup.ts';
import { response } from './messages.ts';
import type { ResponseParts } from './messages.ts';

const EAST = 'east.contoso.com. 900 IN SOA dns1.east.contoso.com. root.contoso.com. 42 1 1 1 300';
const NAME = parseDomainName('_vlmcs._tcp.east.contoso.com');

const CASES: readonly { title: string; answers: Readonly<Record<string, ResponseParts>>; asked: readonly string[]; want: object }[] = [
  {
    title: 'the name is no name yet: label by label to the apex',
    answers: { 'east.contoso.com.': { answer: [EAST], authoritative: true } },
    asked: ['_vlmcs._tcp.east.contoso.com.', '_tcp.east.contoso.com.', 'east.contoso.com.'],
    want: { kind: 'found', zone: 'east.contoso.com.', mname: 'dns1.east.contoso.com.', serial: 42, authoritative: true },
  },
  {
    title: 'a NODATA names the zone in its authority section',
    answers: { '_vlmcs._tcp.east.contoso.com.': { authority: [EAST] } },
    asked: ['_vlmcs._tcp.east.contoso.com.'],
    want: { kind: 'found', zone: 'east.contoso.com.', mname: 'dns1.east.contoso.com.', serial: 42, authoritative: false },
  },
  {
    title: 'an alias says nothing about its own zone',
    answers: {
      '_vlmcs._tcp.east.contoso.com.': {
        answer: ['_vlmcs._tcp.east.contoso.com. 60 IN CNAME x.example.net.'],
        authority: ['example.net. 900 IN SOA ns.example.net. root.example.net. 7 1 1 1 300'],
      },
      '_tcp.east.contoso.com.': { authority: [EAST] },
    },
    asked: ['_vlmcs._tcp.east.contoso.com.', '_tcp.east.contoso.com.'],
    want: { kind: 'found', zone: 'east.contoso.com.', mname: 'dns1.east.contoso.com.', serial: 42, authoritative: false },
  },
  {
    title: 'an alias whose target the server refuses to look for says nothing either',
    answers: {
      '_vlmcs._tcp.east.contoso.com.': { answer: ['_vlmcs._tcp.east.contoso.com. 60 IN CNAME x.example.net.'] },
      'x.example.net.': { rcode: 'REFUSED' },
      '_tcp.east.contoso.com.': { authority: [EAST] },
    },
    asked: ['_vlmcs._tcp.east.contoso.com.', '_tcp.east.contoso.com.'],
    want: { kind: 'found', zone: 'east.contoso.com.', mname: 'dns1.east.contoso.com.', serial: 42, authoritative: false },
  },
  {
    title: "the root is nobody's zone",
    answers: { 'com.': { authority: ['. 900 IN SOA a.root-servers.example. root.example. 7 1 1 1 300'] } },
    asked: ['_vlmcs._tcp.east.contoso.com.', '_tcp.east.contoso.com.', 'east.contoso.com.', 'contoso.com.', 'com.'],
    want: { kind: 'not-found' },
  },
  {
    title: 'a failure is a failure, not a reason to go up',
    answers: { '_tcp.east.contoso.com.': { rcode: 'REFUSED' } },
    asked: ['_vlmcs._tcp.east.contoso.com.', '_tcp.east.contoso.com.'],
    want: { kind: 'failed', why: 'refused' },
  },
];

for (const { title, answers, asked, want } of CASES) {
  test(title, async (t) => {
    const lookup = async (name: DomainName, type: RecordType, options?: object): Promise<Lookup> => {
      t.like(options, { fresh: true, servers: ['s'] });
      return lookupOf(name, type, answers);
    };
    const { lookups, ...search } = await findZone({ lookup }, NAME, { servers: ['s'] });
    t.deepEqual(
      lookups.map(({ name }) => name.toString()),
      asked,
    );
    const { kind } = search;
    if (kind !== 'found') t.deepEqual(search, want);
    else {
      const { zone, mname, serial, authoritative } = search;
      t.deepEqual({ kind, zone: zone.toString(), mname: mname.toString(), serial, authoritative }, want);
    }
  });
}

function lookupOf(name: DomainName, type: RecordType, answers: Readonly<Record<string, ResponseParts>>): Lookup {
  const question = { name, type, class: 'IN' } as const;
  const asking = askServers(question, { servers: ['s'], attempts: 1, tryTimeoutMs: 1, tcpTimeoutMs: 1, edns: () => true });
  let step = asking.next();
  while (step.done !== true) {
    const asked = step.value.question;
    step = asking.next({ kind: 'answered', message: response(asked, answers[asked.name.toString()] ?? { rcode: 'NXDOMAIN' }) });
  }
  return makeLookup(question, step.value, []);
}
