import test from 'ava';
import * as fc from 'fast-check';
import { parseDomainName } from '@srvkit/dns';
import { pcg32, prepareSet, type SrvTarget } from '@srvkit/selection';
import {
  type AttemptResult,
  type Candidate,
  type Decision,
  discover,
  drive,
  type HostToRemember,
  type LookupResult,
  makeRequest,
  type Verdict,
} from '../src/index.ts';

// Few names, ports and priorities, so that endpoints meet again in other groups, domains and sources.
const host = fc.constantFrom('a.', 'b.', 'c.', 'd.');
const port = fc.constantFrom(80, 81);
const record = fc.record({ priority: fc.nat(2), weight: fc.nat(2), port, target: host.map((name) => parseDomainName(name)) });
const lookup: fc.Arbitrary<LookupResult> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(record, { maxLength: 6 })
      .map((records: SrvTarget[]): LookupResult => ({ kind: 'records', set: prepareSet(records) })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<LookupResult>(
      { kind: 'nodata' },
      { kind: 'nxdomain' },
      { kind: 'unavailable' },
      { kind: 'failed', why: 'servfail' },
    ),
  },
);
const result: fc.Arbitrary<AttemptResult> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<AttemptResult>(
      { kind: 'refused' },
      { kind: 'timeout' },
      { kind: 'rejected', final: false, code: null, address: null },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<AttemptResult>(
      { kind: 'reached', address: null },
      { kind: 'rejected', final: true, code: null, address: null },
    ),
  },
);
const world = fc.record({
  pinned: fc.array(fc.record({ source: fc.constantFrom('sku' as const, 'application' as const, 'global' as const), host, port }), {
    maxLength: 3,
  }),
  exclusive: fc.boolean(),
  all: fc.boolean(),
  responded: fc.boolean(),
  remembered: fc.option(fc.record({ target: host, port, provisional: fc.boolean(), since: fc.nat(2) }), { nil: undefined }),
  lookups: fc.array(lookup, { maxLength: 3 }),
  results: fc.array(result, { minLength: 30, maxLength: 30 }),
  /** For each attempt: answered at once, or pending, and which pending one settles next. */
  pendings: fc.array(fc.record({ pending: fc.boolean(), ready: fc.boolean(), pick: fc.nat(5) }), { minLength: 40, maxLength: 40 }),
  maxAttempts: fc.integer({ min: 1, max: 8 }),
  demotedPort: fc.option(port, { nil: undefined }),
  seed: fc.nat(1000),
});

interface Trace {
  readonly events: { readonly what: 'start' | 'end'; readonly candidate: Candidate; readonly result?: AttemptResult }[];
  readonly remembered: HostToRemember[];
  readonly decisions: Decision[];
  readonly verdict: Verdict;
}

test('whatever the world and whoever is slow: each endpoint once, groups in order, verdicts that the attempts bear out', (t) => {
  fc.assert(
    fc.property(world, (given) => {
      const trace = play(given);
      const { events, verdict } = trace;
      const started = events.filter(({ what }) => what === 'start').map(({ candidate }) => candidate);

      const endpoints = started.map(({ target, port }) => `${target}:${port}`);
      if (new Set(endpoints).size !== endpoints.length) throw new Error(`tried twice: ${endpoints.join(' ')}`);
      if (started.length > given.maxAttempts) throw new Error(`${started.length} attempts of ${given.maxAttempts}`);
      if (given.exclusive && given.pinned.length > 0 && started.length > 1) throw new Error('went on past an exclusive host');
      checkThatGroupsAreSettled(trace);
      checkVerdict(trace);
      for (const { target, port } of trace.remembered) {
        const end = events.find(({ what, candidate }) => what === 'end' && candidate.target === target && candidate.port === port);
        if (end?.candidate.source !== 'dns' && end?.candidate.source !== 'cache')
          throw new Error(`remembered ${target}, found by ${end?.candidate.source}`);
        if (end.result?.kind !== 'reached' && !(given.responded && end.result?.kind === 'rejected'))
          throw new Error(`remembered ${target} in vain`);
      }
      if (
        verdict.outcome === 'reached' &&
        (verdict.candidate.source === 'dns') !== trace.remembered.some(({ since }) => since === null) &&
        !given.responded
      )
        throw new Error('reached from DNS and not remembered as new');
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

test('a listener changes nothing', (t) => {
  fc.assert(
    fc.property(world, (given) => {
      const { events, verdict, remembered } = play(given);
      t.deepEqual(play(given, { deaf: true }), { events, verdict, remembered, decisions: [] });
    }),
    { numRuns: 300 },
  );
});

/** No host of one group, domain or source is started while one of another is pending. */
function checkThatGroupsAreSettled({ events }: Trace): void {
  const pending = new Set<Candidate>();
  for (const { what, candidate } of events) {
    if (what === 'end') pending.delete(candidate);
    else {
      for (const other of pending)
        if (
          other.source !== candidate.source ||
          other.domain !== candidate.domain ||
          other.priority !== candidate.priority ||
          candidate.source !== 'dns'
        )
          throw new Error(`${candidate.target}:${candidate.port} was started while ${other.target}:${other.port} was pending`);
      pending.add(candidate);
    }
  }
}

function checkVerdict({ events, verdict }: Trace): void {
  const ends = events.filter(({ what }) => what === 'end');
  const decisive = ends.filter(({ result }) => result?.kind === 'reached' || (result?.kind === 'rejected' && result.final));
  if (verdict.outcome === 'reached' || verdict.outcome === 'rejected') {
    if (decisive.length !== 1 || decisive[0]?.candidate !== verdict.candidate) throw new Error(`${verdict.outcome} without reason`);
  } else {
    if (decisive.length > 0) throw new Error(`${verdict.outcome} in spite of an answer`);
    if ((verdict.outcome === 'exhausted') !== events.length > 0) throw new Error(`${verdict.outcome} after ${events.length} events`);
  }
}

function play(given: typeof world extends fc.Arbitrary<infer T> ? T : never, { deaf = false } = {}): Trace {
  const events: Trace['events'] = [];
  const remembered: HostToRemember[] = [];
  const decisions: Decision[] = [];
  const pending: { candidate: Candidate; result: AttemptResult }[] = [];
  let attempts = 0;
  let turns = 0;
  const end = (candidate: Candidate, result: AttemptResult): void => void events.push({ what: 'end', candidate, result });
  const demoted = given.demotedPort === undefined ? {} : { demoted: (_: unknown, port: number) => port === given.demotedPort };
  const request = makeRequest({
    service: '_sip._tcp',
    domains: given.lookups.map((_, at) => `d${at}.example.org`),
    pinned: given.pinned,
    policy: {
      pinned: given.exclusive ? 'exclusive' : 'ordered',
      domains: given.all ? 'all' : 'first',
      fill: given.responded ? 'responded' : 'reached',
    },
    maxAttempts: given.maxAttempts,
    maxAgeMs: 1,
    ...demoted,
  });
  const verdict = drive(discover(request, pcg32(given.seed), deaf ? undefined : (decision) => decisions.push(decision)), {
    recall: () =>
      given.remembered && {
        host: { service: request.service, scope: request.scope, address: null, lastReached: 0, ...given.remembered },
        now: () => 2,
      },
    lookup: ({ domain }) => given.lookups[Number(domain.toString().slice(1, 2))] ?? { kind: 'nxdomain' },
    attempt: ({ candidate }) => {
      const result = given.results[attempts] ?? { kind: 'refused' };
      const turn = given.pendings[turns];
      attempts += 1;
      turns += 1;
      events.push({ what: 'start', candidate });
      if (turn?.pending === true) {
        pending.push({ candidate, result });
        return { kind: 'pending', ready: turn.ready };
      }
      end(candidate, result);
      return result;
    },
    settle: () => {
      const turn = given.pendings[turns];
      turns += 1;
      const [settled] = pending.splice((turn?.pick ?? 0) % pending.length, 1);
      if (settled === undefined) throw new Error('nothing is pending');
      end(settled.candidate, settled.result);
      return { kind: 'settled', ...settled, ready: turn?.ready === true && pending.length > 0 };
    },
    remember: ({ host }) => {
      remembered.push(host);
      return undefined;
    },
  });
  return { events, remembered, decisions, verdict };
}
