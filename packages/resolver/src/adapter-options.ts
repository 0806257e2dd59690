import { makeRequest } from '@srvkit/discovery';
import { pcg32 } from '@srvkit/selection';
import type { Resolver } from './io/resolver.ts';
import { resolveLimits, type ResolveOptions } from './resolve-options.ts';

/** What every adapter needs: whom to ask, and for what. */
interface AdapterOptions extends ResolveOptions {
  readonly resolver: Pick<Resolver, 'resolve'>;
  readonly service: string;
}

/**
 * Checks the options of an adapter when it is made, and not at its first request. Throws `ParseError` for a service that is none,
 * `RangeError` for numbers out of bounds, and `TypeError` where the service or the resolver is missing.
 */
export function checkAdapterOptions(given: AdapterOptions): void {
  // A copy, because programs without types give nothing at all.
  const { resolver, service, seed, ...limits } = { ...given };
  makeRequest({ service });
  if (typeof resolver?.resolve !== 'function') throw new TypeError('resolver is not a Resolver: use that of createResolver()');
  resolveLimits(limits);
  pcg32(seed ?? 0);
}
