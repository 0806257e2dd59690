import { inspect } from 'node:util';

/** How an attempt fails that had no answer. */
export type Failure = 'refused' | 'timeout' | 'unreachable' | 'name-not-found';

/** What an error of a socket or a probe means, by its code. */
export function failureOf(error: unknown): Failure {
  return FAILURES.get(errorCode(error)) ?? 'unreachable';
}

/** The code of what was thrown; undefined when it has none, or none that can be read: a probe throws anything. */
export function errorCode(error: unknown): unknown {
  try {
    return error instanceof Error && 'code' in error ? error.code : undefined;
  } catch {
    return undefined; // what a getter or a proxy throws says nothing of the host
  }
}

const FAILURES: ReadonlyMap<unknown, Failure> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'timeout'],
  ['ETIME', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['ENOTFOUND', 'name-not-found'],
  ['EAI_AGAIN', 'name-not-found'],
  ['EAI_NONAME', 'name-not-found'],
  ['EAI_NODATA', 'name-not-found'],
]);

/** Whether an error says that nobody was contacted, so that it says nothing of the host's health. */
export function isUntried(error: unknown): boolean {
  return UNTRIED.has(errorCode(error));
}

const UNTRIED_BY_US = ['EAFNOSUPPORT', 'EBUSY', 'ECANCELED', 'ESRVPORT'] as const;
/** This machine has no route, or no resources left for a connection. */
const NO_MEANS = ['ENETDOWN', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'];
/** Nobody could tell the address: codes of getaddrinfo and of c-ares. */
const NO_WORD = ['EAI_AGAIN', 'EAI_FAIL', 'EAI_MEMORY', 'EAI_SYSTEM', 'ESERVFAIL', 'EREFUSED', 'ETIMEOUT'];
const UNTRIED: ReadonlySet<unknown> = new Set([...UNTRIED_BY_US, ...NO_MEANS, ...NO_WORD]);

/** An error which says that nobody was contacted. */
export function untriedError(message: string, code: (typeof UNTRIED_BY_US)[number], cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

/** What was thrown, in one line. */
export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error, { depth: 0, breakLength: Infinity });
  } catch {
    return 'something that cannot be read';
  }
}
