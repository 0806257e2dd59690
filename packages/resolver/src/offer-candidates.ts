import { type Answer, discover, type Step, type StepOf, type Verdict } from '@srvkit/discovery';
import type { Random } from '@srvkit/selection';
import { isUntried } from './failure.ts';
import type { Report } from './host-reports.ts';
import { OfferedCandidate } from './offered-candidate.ts';
import type { PassContext } from './pass-context.ts';
import { PassDriver } from './pass-driver.ts';

/**
 * One pass whose hosts are tried by whoever asks for them. Left early, it still remembers a host of which it was said that it works.
 */
export async function* offerCandidates(context: PassContext, random: Random): AsyncGenerator<OfferedCandidate, Verdict, undefined> {
  const driver = new PassDriver<undefined>(context, undefined);
  const discovery = discover(driver.request, random, driver.explain);
  let offered: OfferedCandidate | undefined;
  let report: Report | undefined;
  try {
    for (let { step } = discovery; step !== undefined; { step } = discovery) {
      if (step.kind === 'attempt' && !isOutOfTime(context)) {
        report = driver.reports.begin(step.candidate);
        offered = offer(step, context, report);
        yield offered;
        context.cancellation.throwIfAborted();
        offered.failed();
        const { result } = offered;
        offered = undefined;
        discovery.tell(result);
      } else {
        discovery.tell(await answer(step, driver));
      }
    }
    return discovery.verdict;
  } finally {
    report?.('unknown'); // unless it was said how the host is
    // The loop was left at the yield above.
    if (offered?.result !== undefined) {
      discovery.tell(offered.result);
      const { step } = discovery;
      if (step?.kind === 'remember') await driver.remember(step);
    }
    await driver.told;
  }
}

function offer({ candidate }: StepOf<'attempt'>, { trace }: PassContext, report: Report): OfferedCandidate {
  const end = trace.startAttempt(candidate, null);
  return new OfferedCandidate(candidate, (result, error) => {
    if (result.kind !== 'selected') end(result.kind, error);
    report(result.kind === 'reached' || result.kind === 'rejected' ? 'alive' : isUntried(error) ? 'unknown' : 'dead');
  });
}

function answer(step: Step, driver: PassDriver<undefined>): Answer | Promise<Answer> {
  switch (step.kind) {
    case 'recall':
      return driver.recall();
    case 'lookup':
      return driver.lookup(step);
    case 'remember':
      return driver.remember(step);
    case 'attempt':
    case 'settle':
      return { kind: 'out-of-time' };
    default:
      return step satisfies never;
  }
}

function isOutOfTime({ ports, deadlineAt }: PassContext): boolean {
  return ports.timers.clock() >= deadlineAt;
}
