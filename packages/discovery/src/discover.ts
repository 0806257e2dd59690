import type { Random } from '@srvkit/selection';
import type { Explain } from './decision.ts';
import { type Asking, type StepOf, told } from './dialogue.ts';
import { Pass } from './pass.ts';
import type { DiscoveryRequest } from './request.ts';
import type { Verdict } from './verdict.ts';

/**
 * One pass of discovery (kms D-01, srv H8): pinned hosts, the remembered host, then the SRV records of each domain, until a host works.
 * Synchronous and without I/O: it asks steps and is told their answers, so that real sockets, a simulation and a test all run this very
 * code. `drive` and `driveAsync` do the asking.
 *
 * Hosts are tried a priority group at a time. Whoever answers `pending` lets the next host of the same group start; the next group
 * begins only when this one is settled (srv H3).
 */
export function* discover(request: DiscoveryRequest, random: Random, explain?: Explain): Asking<Verdict> {
  if (request.notApplicable !== undefined) {
    explain?.({ kind: 'skipped-source', source: 'dns', why: request.notApplicable });
    return { outcome: 'not-applicable', why: request.notApplicable };
  }
  const pass = new Pass(request, random, explain);

  // Steps are yielded from here directly: helpers called by `yield*` would more than double the time of a pass.
  for (let source = pass.nextSource(); source !== undefined; source = pass.nextSource()) {
    if (source.kind === 'recall') {
      pass.openRemembered(told(source, yield source));
    } else if (source.kind === 'lookup') {
      const answer = told(source, yield source);
      if (answer.kind === 'out-of-time') return TIMED_OUT;
      pass.openDomain(source.domain, answer);
    }

    while (pass.enterNextGroup()) {
      let pending = 0;
      let ready = false;
      for (;;) {
        let candidate = ready ? undefined : pass.nextInGroup();
        if (candidate === undefined && pending === 0) break;
        let result;
        if (candidate === undefined) {
          const answer = told(SETTLE, yield SETTLE);
          if (answer.kind === 'out-of-time') return TIMED_OUT;
          pending -= 1;
          ({ candidate, result, ready } = answer);
        } else {
          const step: StepOf<'attempt'> = { kind: 'attempt', candidate };
          const answer = told(step, yield step);
          if (answer.kind === 'out-of-time') return TIMED_OUT;
          if (answer.kind === 'pending') {
            pending += 1;
            ready = answer.ready;
            continue;
          }
          result = answer;
        }
        const host = pass.hostToRemember(candidate, result);
        if (host !== undefined) {
          const step: StepOf<'remember'> = { kind: 'remember', host };
          yield step;
        }
        const verdict = pass.verdictOn(candidate, result);
        if (verdict !== undefined) return verdict;
      }
    }
  }
  return pass.verdictWithoutHost();
}

const TIMED_OUT: Verdict = { outcome: 'timed-out' };
const SETTLE: StepOf<'settle'> = { kind: 'settle' };
