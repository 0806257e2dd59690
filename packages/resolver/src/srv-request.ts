import { DiscoveryError } from './discovery-error.ts';
import type { Resolver } from './io/resolver.ts';
import type { Endpoint } from './probe.ts';
import type { Dispatch, DispatchController, DispatchHandler, DispatchOptions } from './undici-dispatch.ts';
import type { SrvOptions } from './undici.ts';

interface SrvRequestParts {
  readonly resolver: Pick<Resolver, 'resolve'>;
  readonly options: SrvOptions;
  readonly origin: URL;
  readonly domain: string;
  readonly dispatch: Dispatch;
  readonly request: DispatchOptions;
  readonly handler: DispatchHandler;
}

/**
 * One request of undici on its way to the host that is discovered for it. An attempt is the request itself, dispatched to one address:
 * undici says when it has a connection and is about to send (`onRequestStart`). The first attempt to get there is the request; the others
 * are refused at that point, with nothing sent, and leave their connection in the pool.
 */
export class SrvRequest {
  readonly #parts: SrvRequestParts;
  readonly #ending = new AbortController();
  readonly #controller: DispatchController;
  /** The controller of the attempt that became the request. */
  #sending: DispatchController | undefined;

  constructor(parts: SrvRequestParts) {
    this.#parts = parts;
    this.#controller = this.#makeController();
  }

  async run(): Promise<void> {
    const { resolver, options, origin, domain, handler } = this.#parts;
    const { service, follow: _follow, fallback = 'never', onResolution, ...limits } = options;
    try {
      // Now, and not when a host is found: whoever has the controller may abort the discovery.
      handler.onRequestStart?.(this.#controller, null);
      const { signal } = this.#ending;
      const probe = (endpoint: Endpoint, signal: AbortSignal) => this.#attempt(this.#toEndpoint(endpoint), signal);
      const resolution = await resolver.resolve({ service, domains: [domain] }, { ...limits, signal, probe });
      onResolution?.(resolution, origin);
      if (this.#sending !== undefined) return;
      if (resolution.outcome !== 'not-found' || fallback === 'never') throw new DiscoveryError(resolution);
      await this.#attempt(this.#parts.request, signal);
    } catch (error) {
      if (this.#sending === undefined) handler.onResponseError?.(this.#controller, error as Error);
      else this.#sending.abort(error as Error);
    }
  }

  #attempt(request: DispatchOptions, signal: AbortSignal): Promise<{ readonly outcome: 'reached' }> {
    const { dispatch, handler } = this.#parts;
    return new Promise((resolve, reject) => {
      let isSent = false;
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      dispatch(request, {
        ...passedOn(handler),
        onRequestStart: (controller) => {
          // Thrown, not aborted: that would destroy the body, which another attempt may be sending.
          // One that is sent already comes again when its connection breaks before it, behind another of the same pipeline.
          if (!isSent && (signal.aborted || this.#sending !== undefined)) throw new Error('Another host was quicker');
          isSent = true;
          this.#sending = controller;
          resolve({ outcome: 'reached' });
        },
        onResponseError: (controller, error) => {
          if (isSent) return handler.onResponseError?.(controller, error);
          if (isOfRequest(error, request)) this.#ending.abort(error);
          reject(error);
        },
      });
    });
  }

  #toEndpoint({ address, port }: Endpoint): DispatchOptions {
    const { request, origin, domain } = this.#parts;
    const host = address.includes(':') ? `[${address}]` : address;
    const headers = withHost(request.headers, origin.host);
    return Object.assign({ servername: domain.replace(/\.$/, '') }, request, { origin: `${origin.protocol}//${host}:${port}`, headers });
  }

  #makeController(): DispatchController {
    const sending = (): DispatchController | undefined => this.#sending;
    const { signal } = this.#ending;
    return {
      get aborted() {
        return sending()?.aborted ?? signal.aborted;
      },
      get reason() {
        return sending()?.reason ?? (signal.reason as Error | undefined) ?? null;
      },
      get paused() {
        return sending()?.paused ?? false;
      },
      abort: (reason) => (sending() ?? this.#ending).abort(reason),
      pause: () => sending()?.pause(),
      resume: () => sending()?.resume(),
    };
  }
}

// Everything that happens once a request is on its way.
function passedOn(handler: DispatchHandler): DispatchHandler {
  return {
    onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
    onResponseStarted: () => handler.onResponseStarted?.(),
    onResponseStart: (...given) => handler.onResponseStart?.(...given),
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
    onBodySent: (...given) => handler.onBodySent?.(...given),
    onRequestSent: () => handler.onRequestSent?.(),
  };
}

/** Whether an error is the request's own, or the dispatcher's: no other host would take it. */
function isOfRequest(error: Error, { body }: DispatchOptions): boolean {
  if (body !== null && typeof body === 'object' && 'errored' in body && body.errored === error) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code.startsWith('UND_ERR_') && !OF_HOST.has(code);
}

const OF_HOST: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_SOCKET']);

// Headers come as a record, as pairs, or flat.
function withHost(headers: unknown, host: string): unknown {
  if (typeof headers !== 'object' || headers === null) return headers ?? { host };
  const flat: unknown[] = Array.isArray(headers) ? headers : isIterable(headers) ? [...headers].flat() : Object.entries(headers).flat();
  const hasHost = flat.some((name, index) => index % 2 === 0 && typeof name === 'string' && name.toLowerCase() === 'host');
  return hasHost ? flat : ['host', host, ...flat];
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}
