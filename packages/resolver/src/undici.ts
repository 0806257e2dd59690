import { checkAdapterOptions } from './adapter-options.ts';
import type { Resolver } from './io/resolver.ts';
import type { Resolution } from './resolution.ts';
import type { ResolveLimits } from './resolve-options.ts';
import { srvDomain } from './srv-domain.ts';
import { ServingOrigins } from './serving-origins.ts';
import { SrvRequest } from './srv-request.ts';
import type { Dispatch, DispatchOptions, Interceptor } from './undici-dispatch.ts';

export type { Dispatch, DispatchController, DispatchHandler, DispatchOptions, Interceptor } from './undici-dispatch.ts';

/** What the interceptor follows; limits hold for the discovery of one request, until it is sent or waits for a host that serves others. */
export interface SrvOptions extends Partial<ResolveLimits> {
  /** `_service._proto`, for instance `_http._tcp`. */
  readonly service: string;
  /** Which origins are followed. Asked only about those with a host name and without a port. Default: all of them. */
  readonly follow?: (origin: URL) => boolean;
  /** `on-absence`: a domain that has no such SRV records is asked as if there were no interceptor (srv A10). Default `never`. */
  readonly fallback?: 'never' | 'on-absence';
  /** Told what came of each discovery: the host, or why there is none. What it throws fails the request. */
  readonly onResolution?: (resolution: Resolution, origin: URL) => void;
}

/**
 * An undici interceptor that follows SRV: `new Agent().compose(srv(resolver, { service: '_http._tcp' }))`. Each request goes to the host
 * that is discovered for it, connections are pooled by host. The next host is tried as long as nothing of the request has been sent. Where
 * all `connections` to a host serve requests, it waits in line for as long as without an interceptor: such a host works. The Host header
 * and the name that the certificate is checked against stay those of the URL (RFC 9525, srv A12). Without a host the request fails with a
 * `DiscoveryError`. Compose it first, so that other interceptors see the origin of the URL. Throws `ParseError` for a service that is none,
 * `RangeError` for numbers out of bounds and an unknown `fallback`, and `TypeError` where the service or the resolver is missing.
 */
export function srv(resolver: Pick<Resolver, 'resolve'>, options: SrvOptions): Interceptor {
  checkAdapterOptions({ resolver, ...options });
  checkFallback(options.fallback);
  const follow = options.follow ?? (() => true);
  return <D extends Dispatch>(dispatch: D) => {
    const serving = new ServingOrigins();
    const dispatchBySrv: Dispatch = (request, handler) => {
      const origin = originOf(request);
      const domain = origin === null ? null : srvDomain(origin);
      if (origin === null || domain === null || !follow(origin)) return dispatch(request, handler);
      void new SrvRequest({ resolver, options, origin, domain, dispatch, serving, request, handler }).run();
      return true;
    };
    return dispatchBySrv as D; // takes less of a request than any undici gives
  };
}

function checkFallback(given: SrvOptions['fallback']): void {
  const fallback = given ?? 'never';
  if (fallback !== 'never' && fallback !== 'on-absence')
    throw new RangeError(`fallback ${JSON.stringify(fallback)} is unknown: use never or on-absence`);
}

function originOf({ origin }: DispatchOptions): URL | null {
  const url = origin === undefined ? null : URL.parse(origin.toString());
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : null;
}
