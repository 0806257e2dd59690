import type { Edns, Rcode } from '@srvkit/dns';
import test from 'ava';
import { askServers } from '../src/ask-servers.ts';
import type { Conclusion, Schedule, TryOutcome, TryReport } from '../src/ask-servers.ts';
import { question, response } from './messages.ts';
import type { ResponseParts } from './messages.ts';

const asked = question('_x._tcp.example.org');
const SRV = '_x._tcp.example.org. 60 IN SRV 1 2 3 a.example.org.';

const says = (parts: ResponseParts): TryReport => ({ kind: 'answered', message: response(asked, parts) });
const rcode = (rcode: Rcode): TryReport => says({ rcode });
const got = (kind: Exclude<TryOutcome['kind'], 'answered'> | 'deadline'): TryReport => ({ kind });
const RECORDS = says({ answer: [SRV] });

interface Case {
  readonly title: string;
  readonly schedule?: Partial<Schedule>;
  /** Who is asked, in short: `server transport edns timeout [name]`, and what is reported. */
  readonly steps: readonly (readonly [string, TryReport])[];
  readonly want: object;
}

const CASES: readonly Case[] = [
  { title: 'the first server answers', steps: [['a udp edns 100', RECORDS]], want: { kind: 'records', server: 'a', rcode: 'NOERROR' } },
  {
    title: 'NXDOMAIN is an answer',
    steps: [['a udp edns 100', rcode('NXDOMAIN')]],
    want: { kind: 'nxdomain', server: 'a', rcode: 'NXDOMAIN' },
  },
  {
    title: 'silence, SERVFAIL and REFUSED move on to the next server',
    schedule: { servers: ['a', 'b', 'c', 'd'] },
    steps: [
      ['a udp edns 100', got('timeout')],
      ['b udp edns 100', rcode('SERVFAIL')],
      ['c udp edns 100', rcode('REFUSED')],
      ['d udp edns 100', RECORDS],
    ],
    want: { kind: 'records', server: 'd', rcode: 'NOERROR' },
  },
  {
    title: 'garbage, nobody there, no such name and a referral move on',
    schedule: { servers: ['a', 'b', 'c', 'd', 'e'] },
    steps: [
      ['a udp edns 100', got('garbage')],
      ['b udp edns 100', got('refused')],
      ['c udp edns 100', got('name-not-found')],
      ['d udp edns 100', says({ authority: ['example.org. 9 IN NS ns.example.org.'] })],
      ['e udp edns 100', RECORDS],
    ],
    want: { kind: 'records', server: 'e', rcode: 'NOERROR' },
  },
  {
    title: 'only silence is asked again, with twice the time',
    steps: [
      ['a udp edns 100', got('timeout')],
      ['b udp edns 100', rcode('SERVFAIL')],
      ['a udp edns 200', got('timeout')],
    ],
    want: { kind: 'failed', why: 'servfail', server: 'b', rcode: 'SERVFAIL' },
  },
  {
    title: 'a silent server is asked as often as the schedule says',
    schedule: { servers: ['a'], attempts: 3 },
    steps: [
      ['a udp edns 100', got('timeout')],
      ['a udp edns 200', got('timeout')],
      ['a udp edns 400', got('timeout')],
    ],
    want: { kind: 'failed', why: 'timeout', server: null, rcode: null },
  },
  {
    title: 'REFUSED from everybody is told apart',
    steps: [
      ['a udp edns 100', rcode('REFUSED')],
      ['b udp edns 100', rcode('REFUSED')],
    ],
    want: { kind: 'failed', why: 'refused', server: 'a', rcode: 'REFUSED' },
  },
  {
    title: 'REFUSED from everybody may come the second time that a server is asked',
    steps: [
      ['a udp edns 100', got('timeout')],
      ['b udp edns 100', rcode('REFUSED')],
      ['a udp edns 200', rcode('REFUSED')],
    ],
    want: { kind: 'failed', why: 'refused', server: 'b', rcode: 'REFUSED' },
  },
  {
    title: 'REFUSED from one of two is one failure among others',
    steps: [
      ['a udp edns 100', got('unreachable')],
      ['b udp edns 100', rcode('REFUSED')],
    ],
    want: { kind: 'failed', why: 'rcode', server: 'b', rcode: 'REFUSED' },
  },
  {
    title: 'without servers nobody is asked',
    schedule: { servers: [] },
    steps: [],
    want: { kind: 'failed', why: 'no-server', server: null, rcode: null },
  },
  {
    title: 'the deadline ends it at once',
    steps: [
      ['a udp edns 100', got('timeout')],
      ['b udp edns 100', got('deadline')],
    ],
    want: { kind: 'failed', why: 'timeout', server: null, rcode: null },
  },
  {
    title: 'TC goes to TCP at the same server (srv M4)',
    steps: [
      ['a udp edns 100', got('truncated')],
      ['a tcp edns 700', RECORDS],
    ],
    want: { kind: 'records', server: 'a', rcode: 'NOERROR' },
  },
  {
    title: 'a TCP failure after TC is a failure, and the next server is asked over UDP',
    steps: [
      ['a udp edns 100', got('truncated')],
      ['a tcp edns 700', got('timeout')],
      ['b udp edns 100', got('truncated')],
      ['b tcp edns 700', got('closed')],
    ],
    want: { kind: 'failed', why: 'tcp', server: null, rcode: null },
  },
  {
    title: 'TC over TCP is garbage',
    schedule: { servers: ['a'] },
    steps: [
      ['a udp edns 100', got('truncated')],
      ['a tcp edns 700', got('truncated')],
    ],
    want: { kind: 'failed', why: 'garbage', server: null, rcode: null },
  },
  {
    title: 'suspected forgeries go to TCP, with a warning',
    steps: [
      ['a udp edns 100', got('spoofing')],
      ['a tcp edns 700', RECORDS],
    ],
    want: { kind: 'records', server: 'a', rcode: 'NOERROR', warnings: ['spoofing-suspected'] },
  },
  ...(['FORMERR', 'NOTIMP', 'BADVERS'] as const).map((refusal) => ({
    title: `${refusal} to EDNS is asked again without, and remembered (srv M3)`,
    steps: [
      ['a udp edns 100', rcode(refusal)],
      ['a udp plain 100', RECORDS],
    ] as const,
    want: { kind: 'records', server: 'a', rcode: 'NOERROR', plain: ['a'] },
  })),
  {
    title: 'FORMERR without EDNS moves on, and nothing is remembered',
    steps: [
      ['a udp edns 100', rcode('FORMERR')],
      ['a udp plain 100', rcode('FORMERR')],
      ['b udp edns 100', RECORDS],
    ],
    want: { kind: 'records', server: 'b', rcode: 'NOERROR' },
  },
  {
    title: 'a server known to refuse EDNS is asked without at once',
    schedule: { edns: () => false },
    steps: [['a udp plain 100', RECORDS]],
    want: { kind: 'records', server: 'a', rcode: 'NOERROR' },
  },
  {
    title: 'an alias that leads out of the response is asked for, with the least TTL of all',
    steps: [
      ['a udp edns 100', says({ answer: ['_x._tcp.example.org. 30 IN CNAME y.example.net.'] })],
      ['a udp edns 100 y.example.net.', says({ answer: ['y.example.net. 60 IN SRV 1 2 3 a.example.org.'] })],
    ],
    want: { kind: 'records', server: 'a', rcode: 'NOERROR', ttl: 30, chain: ['_x._tcp.example.org.'] },
  },
  {
    title: 'a server that refused EDNS once is asked without it for the alias, too',
    steps: [
      ['a udp edns 100', rcode('FORMERR')],
      ['a udp plain 100', says({ answer: ['_x._tcp.example.org. 30 IN CNAME y.example.net.'] })],
      ['a udp plain 100 y.example.net.', says({ answer: ['y.example.net. 60 IN SRV 1 2 3 a.example.org.'] })],
    ],
    want: { kind: 'records', server: 'a', rcode: 'NOERROR', ttl: 30, chain: ['_x._tcp.example.org.'], plain: ['a'] },
  },
  {
    title: 'aliases that go round over several responses are a loop',
    steps: [
      ['a udp edns 100', says({ answer: ['_x._tcp.example.org. 30 IN CNAME y.example.net.'] })],
      ['a udp edns 100 y.example.net.', says({ answer: ['y.example.net. 30 IN CNAME _x._tcp.example.org.'] })],
    ],
    want: { kind: 'failed', why: 'alias-loop', server: 'a', rcode: 'NOERROR', chain: ['_x._tcp.example.org.', 'y.example.net.'] },
  },
  {
    title: 'a loop inside one response is not taken to the next server',
    steps: [['a udp edns 100', says({ answer: ['_x._tcp.example.org. 30 IN CNAME _x._tcp.example.org.'] })]],
    want: { kind: 'failed', why: 'alias-loop', server: 'a', rcode: 'NOERROR', chain: ['_x._tcp.example.org.'] },
  },
  {
    title: 'what a server says about its failure is passed on (RFC 8914)',
    schedule: { servers: ['a'] },
    steps: [['a udp edns 100', says({ rcode: 'SERVFAIL', edns: extendedError(22, 'no reach\u001Bable') })]],
    want: { kind: 'failed', why: 'servfail', server: 'a', rcode: 'SERVFAIL', warnings: ['extended-error'] },
  },
];

for (const { title, schedule, steps, want } of CASES) {
  test(title, (t) => {
    const { requests, conclusion } = play(
      { servers: ['a', 'b'], attempts: 2, tryTimeoutMs: 100, tcpTimeoutMs: 700, edns: () => true, ...schedule },
      steps.map(([, report]) => report),
    );
    t.deepEqual(
      requests,
      steps.map(([request]) => request),
    );
    t.deepEqual(summary(conclusion), want);
  });
}

test('an endless chain of aliases over many responses ends', (t) => {
  const reports = Array.from({ length: 30 }, (_, n) => {
    const owner = n === 0 ? '_x._tcp.example.org.' : `n${n}.example.`;
    return says({ answer: [`${owner} 9 IN CNAME n${n + 1}.example.`] });
  });
  const { requests, conclusion } = play({ servers: ['a'], attempts: 1, tryTimeoutMs: 1, tcpTimeoutMs: 1, edns: () => true }, reports);
  t.is(requests.length, 17);
  t.like(conclusion.answer, { kind: 'failed', why: 'alias-loop' });
});

test('the text of an extended error is escaped', (t) => {
  const report = says({ rcode: 'SERVFAIL', edns: extendedError(22, 'no reach\u001Bable') });
  const { conclusion } = play({ servers: ['a'], attempts: 1, tryTimeoutMs: 1, tcpTimeoutMs: 1, edns: () => true }, [report]);
  t.is(conclusion.warnings[0]?.message, 'a gives SERVFAIL with extended error 22: "no reach\\u001bable"');
});

test('of many extended errors four are passed on, none longer than 256 octets', (t) => {
  const [option] = extendedError(22, 'x'.repeat(2000)).options;
  const edns = { ...extendedError(22, ''), options: Array.from({ length: 1000 }, () => option!) };
  const { conclusion } = play({ servers: ['a'], attempts: 1, tryTimeoutMs: 1, tcpTimeoutMs: 1, edns: () => true }, [
    says({ rcode: 'SERVFAIL', edns }),
  ]);
  t.is(conclusion.warnings.length, 4);
  t.true(conclusion.warnings.every(({ message }) => message.length < 350));
});

function play(schedule: Schedule, reports: readonly TryReport[]): { requests: string[]; conclusion: Conclusion } {
  const requests: string[] = [];
  const asking = askServers(asked, schedule);
  let step = asking.next();
  for (const report of reports) {
    if (step.done === true) break;
    const { server, transport, edns, timeoutMs, question } = step.value;
    const name = question.name.equals(asked.name) ? '' : ` ${question.name.toString()}`;
    requests.push(`${server} ${transport} ${edns ? 'edns' : 'plain'} ${timeoutMs}${name}`);
    step = asking.next(report);
  }
  if (step.done !== true) throw new Error(`still asking: ${JSON.stringify(step.value)}`);
  return { requests, conclusion: step.value };
}

function summary({ answer, ttl, chain, warnings, plain, server, rcode }: Conclusion): object {
  return {
    kind: answer.kind,
    ...(answer.kind === 'failed' ? { why: answer.why } : {}),
    server,
    rcode,
    ...(chain.length > 0 ? { chain: chain.map(String) } : {}),
    ...(chain.length > 0 && ttl !== null ? { ttl } : {}),
    ...(warnings.length > 0 ? { warnings: warnings.map(({ code }) => code) } : {}),
    ...(plain.length > 0 ? { plain } : {}),
  };
}

function extendedError(infoCode: number, text: string): Edns {
  const data = Uint8Array.of(infoCode >> 8, infoCode & 0xff, ...new TextEncoder().encode(text));
  return { udpPayloadSize: 1232, version: 0, dnssecOk: false, options: [{ code: 15, data }] };
}
