import test from 'ava';
import * as fc from 'fast-check';
import { type Candidate, type Decision, discover, drive, makeRequest, type Verdict } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import { exactFirstChoice, pcg32, prepareSet, type Random, type SrvTarget } from '@srvkit/selection';
import { exactChances } from '../../selection/test/every-script.ts';
import { healthOptions } from '../src/health-options.ts';
import { HostHealth } from '../src/host-health.ts';
import type { Sign } from '../src/host-state.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const record = fc.record({ name: fc.constantFrom(...NAMES), priority: fc.nat(2), weight: fc.nat(3) });
const estate = fc.uniqueArray(record, { selector: ({ name }) => name, minLength: 1, maxLength: NAMES.length });
/** Some time goes by, then a pass finds some hosts down; the sign of a race lost in silence comes in between. */
const passes = fc.array(fc.record({ wait: fc.nat(3000), down: fc.subarray(NAMES), silent: fc.subarray(NAMES) }), {
  minLength: 1,
  maxLength: 12,
});

test('whatever happened before: better groups first, in a group the healthy first, nobody twice, nobody lost', (t) => {
  fc.assert(
    fc.property(estate, passes, fc.nat(1000), (records, story, seed) => {
      const { health, wait } = start();
      const random = pcg32(seed);
      for (const { wait: ms, down, silent } of story) {
        wait(ms);
        for (const name of silent) health.begin(candidateOf(name), '_sip._tcp')('silent');
        const heldBack = new Set(NAMES.filter((name) => health.isDemoted(parseDomainName(name), 5060)));
        const { tried, verdict, demoted } = play(records, health, down, random);
        const wanted = tried.toSorted((one, other) => one.priority - other.priority || rank(heldBack, one) - rank(heldBack, other));
        t.deepEqual(tried.map(rankOf(heldBack)), wanted.map(rankOf(heldBack)));
        t.is(new Set(tried.map(({ name }) => name)).size, tried.length);
        const last = tried.at(-1);
        const isReached = records.some(({ name }) => !down.includes(name));
        t.is(verdict, isReached ? `reached ${last?.name}` : 'exhausted');
        const better = records.filter(({ priority }) => !isReached || priority < (last?.priority ?? 0));
        t.deepEqual(
          better.filter(({ name }) => !tried.some((one) => one.name === name)),
          [],
        );
        t.true(demoted.every((name) => heldBack.has(name)));
      }
    }),
    { numRuns: 500 },
  );
});

test('who is tried first is drawn among the healthy by the exact law, as if the others had failed', (t) => {
  fc.assert(
    fc.property(
      estate.filter((records) => records.length <= 4),
      fc.subarray(NAMES),
      (records, dead) => {
        const { health } = start();
        for (const name of dead) health.begin(candidateOf(name), '_sip._tcp')('dead');
        const set = prepareSet(records.map(targetOf));
        const best = records.filter(({ priority }) => priority === set.groups[0]?.priority).map(({ name }) => name);
        // Where all of the best group are down, they are tried as if none were: a worse priority never comes first.
        const failed = best.every((name) => dead.includes(name)) ? [] : dead;
        const law = exactFirstChoice(set, { failed: ({ target }) => failed.includes(bare(target.toString())) });
        const wanted = law
          .filter(({ probability }) => probability.numerator > 0n)
          .map(({ target, probability: { numerator, denominator } }) => [
            bare(target.target.toString()),
            denominator === 1n ? String(numerator) : `${numerator}/${denominator}`,
          ]);
        t.deepEqual(
          exactChances((random) => play(records, health, [], random, false).tried[0]?.name ?? ''),
          Object.fromEntries(wanted) as Record<string, string>,
        );
      },
    ),
    { numRuns: 150 },
  );
});

type Srv = typeof record extends fc.Arbitrary<infer T> ? T : never;

/** One pass over the records. Hosts are told to health as they answer; unless `isTold` is false. */
function play(records: readonly Srv[], health: HostHealth, down: readonly string[], random: Random, isTold = true) {
  const tried: Srv[] = [];
  const decisions: Decision[] = [];
  const set = prepareSet(records.map(targetOf));
  const request = makeRequest({ service: '_sip._tcp', domains: ['example.org'], caching: false, demoted: health.isDemoted });
  const verdict: Verdict = drive(
    discover(request, random, (decision) => decisions.push(decision)),
    {
      recall: () => undefined,
      lookup: () => ({ kind: 'records', set }),
      attempt: ({ candidate }) => {
        const name = bare(candidate.target);
        tried.push(records.find((one) => one.name === name)!);
        const isDown = down.includes(name);
        const sign: Sign = isDown ? 'dead' : 'alive';
        if (isTold) health.begin(candidate, '_sip._tcp')(sign);
        return isDown ? { kind: 'refused' } : { kind: 'reached', address: null };
      },
      remember: () => undefined,
    },
  );
  const demoted = decisions.flatMap((decision) => (decision.kind === 'demoted' ? [bare(decision.candidate.target)] : []));
  return { tried, demoted, verdict: verdict.outcome === 'reached' ? `reached ${bare(verdict.candidate.target)}` : verdict.outcome };
}

function start() {
  let now = 0;
  const options = healthOptions({ penaltyMs: 1000, maxPenaltyMs: 4000, jitter: 0 });
  const health = new HostHealth(
    options,
    () => now,
    () => 0,
  );
  return { health, wait: (ms: number) => void (now += ms) };
}

function rank(heldBack: ReadonlySet<string>, { name }: Srv): number {
  return heldBack.has(name) ? 1 : 0;
}

function rankOf(heldBack: ReadonlySet<string>) {
  return (one: Srv): string => `${one.priority} ${rank(heldBack, one)}`;
}

function targetOf({ name, priority, weight }: Srv): SrvTarget {
  return { priority, weight, port: 5060, target: parseDomainName(name) };
}

function candidateOf(name: string): Candidate {
  const { target, port } = targetOf({ name, priority: 0, weight: 0 });
  return { source: 'dns', domain: null, target: target.toString(), name: target, port, priority: 0, weight: 0 };
}

function bare(target: string): string {
  return target.replace(/\.$/, '');
}
