/** How an attempt fails that met nobody. */
export type Failure = 'refused' | 'timeout' | 'unreachable' | 'name-not-found';

/** What an error of a socket or a probe means, by its code. */
export function failureOf(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return FAILURES.get(code) ?? 'unreachable';
}

const FAILURES: ReadonlyMap<unknown, Failure> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'timeout'],
  ['ETIME', 'timeout'],
  ['ENOTFOUND', 'name-not-found'],
  ['EAI_AGAIN', 'name-not-found'],
  ['EAI_NONAME', 'name-not-found'],
  ['EAI_NODATA', 'name-not-found'],
]);
