import { discover, driveAsync, type Verdict } from '@srvkit/discovery';
import type { Random } from '@srvkit/selection';
import pRetry from 'p-retry';
import type { PassContext } from './pass-context.ts';
import { PassDriver } from './pass-driver.ts';
import type { Contact } from './probe.ts';

/** The first pass of a resolution, and what its repetitions share with it. */
export interface ResolutionRun<T> extends PassContext {
  readonly random: Random;
  /** Undefined: nobody is contacted. */
  readonly contact: Contact<T> | undefined;
}

/** How it ended, and what the host that was reached left behind. */
export interface Ended<T> {
  readonly verdict: Verdict;
  readonly won: { readonly value: T } | undefined;
}

const MAX_RETRY_DELAY_MS = 30_000;
const WORTH_REPEATING: ReadonlySet<Verdict['outcome']> = new Set(['failed', 'exhausted', 'timed-out']);

/**
 * Runs a pass, and repeats it as often as allowed while the outcome may change by waiting. Gives the end itself when there was nothing to
 * wait for, as with a host remembered in memory. Rejects only with the reason of the signal.
 */
export function runResolution<T>(run: ResolutionRun<T>): Ended<T> | Promise<Ended<T>> {
  return run.limits.retries === 0 ? runPass(run) : runPasses(run);
}

async function runPasses<T>(run: ResolutionRun<T>): Promise<Ended<T>> {
  const { retries, retryDelayMs } = run.limits;
  const repeat = async (attemptNumber: number): Promise<Ended<T>> => {
    const ended = await runPass(attemptNumber === 1 ? run : repeated(run));
    if (WORTH_REPEATING.has(ended.verdict.outcome)) throw new Unsuccessful(ended);
    return ended;
  };
  try {
    // The delay is ours: p-retry has its own timers.
    return await pRetry(repeat, {
      retries,
      minTimeout: 0,
      signal: run.cancellation.own,
      onFailedAttempt: ({ attemptNumber, retriesLeft }) =>
        retriesLeft === 0 ? undefined : pause(run, Math.min(retryDelayMs * 2 ** (attemptNumber - 1), MAX_RETRY_DELAY_MS)),
    });
  } catch (error) {
    if (error instanceof Unsuccessful) return error.ended as Ended<T>;
    throw error;
  }
}

function repeated<T>(run: ResolutionRun<T>): ResolutionRun<T> {
  return { ...run, deadlineAt: run.ports.timers.clock() + run.limits.timeoutMs, isRepeated: true };
}

function runPass<T>(run: ResolutionRun<T>): Ended<T> | Promise<Ended<T>> {
  const driver = new PassDriver(run, run.contact);
  const verdict = driveAsync(discover(driver.request, run.random, driver.explain), driver);
  return verdict instanceof Promise || driver.told !== undefined
    ? finishLater(driver, run.contact, verdict)
    : { verdict, won: driver.finish() };
}

async function finishLater<T>(
  driver: PassDriver<T>,
  contact: Contact<T> | undefined,
  verdict: Verdict | Promise<Verdict>,
): Promise<Ended<T>> {
  try {
    const ended = { verdict: await verdict, won: driver.finish() };
    await driver.told;
    return ended;
  } catch (error) {
    const won = driver.finish();
    if (won !== undefined) contact?.discard(won.value);
    throw error;
  }
}

/** Carries an outcome through p-retry, which knows only errors. */
class Unsuccessful extends Error {
  readonly ended: Ended<unknown>;

  constructor(ended: Ended<unknown>) {
    super(ended.verdict.outcome);
    this.ended = ended;
  }
}

function pause({ ports, cancellation }: Pick<ResolutionRun<unknown>, 'ports' | 'cancellation'>, ms: number): Promise<void> {
  const signal = cancellation.own;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = (): void => {
      callOff();
      reject(signal.reason as Error);
    };
    const callOff = ports.timers.after(ms, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}
