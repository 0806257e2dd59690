import { makeRequest } from '@srvkit/discovery';
import { pcg32 } from '@srvkit/selection';
import { resolveLimits, type ResolveOptions } from './resolve-options.ts';

/**
 * Checks the options of an adapter when it is made, and not at its first request. Throws `ParseError` for a service that is none and
 * `RangeError` for numbers out of bounds.
 */
export function checkAdapterOptions({ service, seed, ...limits }: ResolveOptions & { readonly service: string }): void {
  makeRequest({ service });
  resolveLimits(limits);
  if (seed !== undefined) pcg32(seed);
}
