import type { Outcome } from '@srvkit/discovery';
import type { Resolution } from './resolution.ts';

/** No host could be reached. `code` is the outcome; `resolution` says what was tried and why each failed. */
export class DiscoveryError extends Error {
  override readonly name = 'DiscoveryError';
  readonly code: Outcome;
  readonly resolution: Resolution;

  constructor(resolution: Resolution) {
    super(describe(resolution));
    this.code = resolution.outcome;
    this.resolution = resolution;
  }
}

function describe({ service, outcome, code, attempts, lookups }: Resolution): string {
  const tried = attempts.map(({ target, port, outcome }) => `${target}:${port} ${outcome}`);
  const evidence = tried.length > 0 ? tried : lookups.map(({ name, answer }) => `${name} ${answer}`);
  const symbol = code?.symbol ?? code?.hresult;
  return [`${service}: ${outcome}`, symbol ? ` (${symbol})` : '', evidence.length > 0 ? `: ${evidence.join(', ')}` : ''].join('');
}
