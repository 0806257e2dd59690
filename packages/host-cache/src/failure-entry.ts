import type { SharedFailure } from './failure-store.ts';
import { isPort, isService, isTarget } from './parse-entry.ts';

const MAX_FAILURES = 1_000_000;

/** A failure as a shared store keeps it: `TARGET PORT` -> `UNTIL FAILURES`. */
export interface FailureEntry {
  readonly field: string;
  readonly until: number;
  readonly failures: number;
}

/** Throws a `TypeError` that names what is not right about a failure. `latest` bounds `until`, epoch ms. */
export function formatFailure(failure: SharedFailure, latest: number): FailureEntry {
  const { service, target, port, until, failures } = failure;
  if (!isService(service)) throw new TypeError(`the service of a failure is not right: ${JSON.stringify(service)}`);
  if (!isTarget(target)) throw new TypeError(`the target of a failure is not right: ${JSON.stringify(target)}`);
  if (!isPort(port)) throw new TypeError(`the port of a failure is not right: ${String(port)}`);
  if (!Number.isFinite(until)) throw new TypeError(`the end of a failure is not right: ${until}`);
  if (!isInteger(failures, Number.MAX_SAFE_INTEGER)) throw new TypeError(`the count of a failure is not right: ${failures}`);
  const bounded = Math.ceil(Math.min(until, latest));
  return { field: `${target.toLowerCase()} ${port}`, until: bounded, failures: Math.min(failures, MAX_FAILURES) };
}

/** Reads a list of `TARGET PORT UNTIL FAILURES`, which anybody may have written; `others` are none, or end after `latest`, epoch ms. */
export function parseFailures(
  service: string,
  texts: readonly unknown[],
  latest: number,
): { readonly failures: readonly SharedFailure[]; readonly others: readonly unknown[] } {
  const failures: SharedFailure[] = [];
  const others: unknown[] = [];
  for (const text of texts) {
    const failure = parseFailure(service, text, latest);
    if (failure === undefined) others.push(text);
    else failures.push(failure);
  }
  return { failures, others };
}

function parseFailure(service: string, text: unknown, latest: number): SharedFailure | undefined {
  if (typeof text !== 'string') return undefined;
  const [, target = '', ...numbers] = /^(\S+) (\d{1,5}) (\d{1,16}) (\d{1,7})$/.exec(text) ?? [];
  const [port = 0, until = 0, failures = 0] = numbers.map(Number);
  if (!isTarget(target) || !isPort(port) || !isInteger(until, latest) || !isInteger(failures, MAX_FAILURES)) return undefined;
  return { service, target, port, until, failures };
}

function isInteger(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}
