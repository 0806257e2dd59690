import test from 'ava';
import { pcg32 } from '@srvkit/selection';
import { type CachedHost, codeOf, discover, drive, stampHost, type Candidate, type Decision, type Verdict } from '../src/index.ts';
import {
  attemptResult,
  describeDecision,
  type DiscoveryCase,
  type Expectation,
  lookupResult,
  NOW,
  readCases,
  rememberedIn,
  requestOf,
} from './discovery-case.ts';

for (const one of readCases()) {
  test(`${one.file}: ${one.title}`, (t) => {
    const { decisions, ...seen } = play(one);
    t.deepEqual({ ...seen, ...(one.expect.decisions === undefined ? {} : { decisions }) }, one.expect);
  });
}

function play(one: DiscoveryCase): Expectation {
  const request = requestOf(one);
  const lookups: string[] = [];
  const attempts: string[] = [];
  const decisions: Decision[] = [];
  let remembered: CachedHost | undefined = rememberedIn(one, request);
  let stepsLeft = one.stepsInTime ?? Infinity;
  const isOutOfTime = (): boolean => {
    stepsLeft -= 1;
    return stepsLeft < 0;
  };
  const verdict = drive(
    discover(request, pcg32(one.seed ?? 1), (decision) => decisions.push(decision)),
    {
      recall: () => remembered && { host: remembered, now: () => NOW },
      lookup: ({ domain, fresh }) => {
        if (isOutOfTime()) return { kind: 'out-of-time' };
        const answer = lookupResult(one, domain.toString(), request.policy.law);
        lookups.push(`${domain.toString()} ${answer.kind}${fresh ? ' fresh' : ''}`);
        return answer;
      },
      attempt: ({ candidate }) => {
        if (isOutOfTime()) return { kind: 'out-of-time' };
        const result = attemptResult(one, `${candidate.target}:${candidate.port}`);
        attempts.push(`${name(candidate)} ${result.kind}`);
        return result;
      },
      remember: ({ host }) => {
        remembered = stampHost(host, NOW);
        return undefined;
      },
    },
  );
  return {
    lookups,
    attempts,
    skipped: decisions.filter((d) => d.kind === 'skipped-source').map((d) => `${d.source} ${d.why}`),
    warnings: decisions.filter((d) => d.kind === 'warning').map((d) => d.code),
    decisions: decisions.map(describeDecision).filter((line) => line !== undefined),
    outcome: verdict.outcome,
    code: codeOf(verdict)?.hresult ?? null,
    host: hostOf(verdict),
    remembered: remembered === undefined ? null : withoutKey(remembered),
  };
}

function hostOf(verdict: Verdict): string | null {
  return verdict.outcome === 'reached' || verdict.outcome === 'selected' ? name(verdict.candidate) : null;
}

function name({ source, target, port }: Candidate): string {
  return `${source} ${target}:${port}`;
}

function withoutKey({ service: _service, scope: _scope, ...rest }: CachedHost): Omit<CachedHost, 'service' | 'scope'> {
  return rest;
}
