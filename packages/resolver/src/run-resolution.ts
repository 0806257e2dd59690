import { discover, type DiscoveryRequest, driveAsync, type Verdict } from '@srvkit/discovery';
import type { Random } from '@srvkit/selection';
import pRetry from 'p-retry';
import type { Cancellation } from './cancellation.ts';
import { PassDriver } from './pass-driver.ts';
import type { Ports } from './ports.ts';
import type { Contact } from './probe.ts';
import type { ResolveLimits } from './resolve-options.ts';
import type { Trace } from './trace.ts';

/** What one resolution works with, whatever the number of its passes. */
export interface ResolutionRun<T> {
  readonly request: DiscoveryRequest;
  readonly ports: Ports;
  readonly limits: ResolveLimits;
  readonly trace: Trace;
  readonly random: Random;
  /** Undefined: nobody is contacted. */
  readonly contact: Contact<T> | undefined;
  readonly cancellation: Cancellation;
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
  return run.limits.retries === 0 ? runPass(run, false) : runPasses(run);
}

async function runPasses<T>(run: ResolutionRun<T>): Promise<Ended<T>> {
  const { retries, retryDelayMs } = run.limits;
  const repeat = async (attemptNumber: number): Promise<Ended<T>> => {
    const ended = await runPass(run, attemptNumber > 1);
    if (WORTH_REPEATING.has(ended.verdict.outcome)) throw new Unsuccessful(ended);
    return ended;
  };
  try {
    // The delay is ours: p-retry has its own timers.
    return await pRetry(repeat, {
      retries,
      minTimeout: 0,
      signal: run.cancellation.signal,
      onFailedAttempt: ({ attemptNumber, retriesLeft }) =>
        retriesLeft === 0 ? undefined : pause(run, Math.min(retryDelayMs * 2 ** (attemptNumber - 1), MAX_RETRY_DELAY_MS)),
    });
  } catch (error) {
    if (error instanceof Unsuccessful) return error.ended as Ended<T>;
    throw error;
  }
}

function runPass<T>(run: ResolutionRun<T>, isRepeated: boolean): Ended<T> | Promise<Ended<T>> {
  const { request, ports, limits, trace, random, contact, cancellation } = run;
  const startedAt = isRepeated ? ports.timers.clock() : trace.startedAt;
  const deadlineAt = startedAt + limits.timeoutMs;
  const driver = new PassDriver({ request, ports, limits, trace, cancellation, deadlineAt, isRepeated }, contact);
  const verdict = driveAsync(discover(driver.reports.request, random, driver.reports.explain), driver);
  return verdict instanceof Promise || driver.reports.told !== undefined
    ? finishLater(driver, contact, verdict)
    : { verdict, won: driver.finish() };
}

async function finishLater<T>(
  driver: PassDriver<T>,
  contact: Contact<T> | undefined,
  verdict: Verdict | Promise<Verdict>,
): Promise<Ended<T>> {
  try {
    const ended = { verdict: await verdict, won: driver.finish() };
    await driver.reports.told;
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
  const { signal } = cancellation;
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
