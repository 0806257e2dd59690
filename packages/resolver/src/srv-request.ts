import { DiscoveryError } from './discovery-error.ts';
import { errorCode, untriedError } from './failure.ts';
import type { Resolver } from './io/resolver.ts';
import type { Endpoint } from './probe.ts';
import type { ServingOrigins } from './serving-origins.ts';
import type { Dispatch, DispatchController, DispatchHandler, DispatchOptions } from './undici-dispatch.ts';
import type { SrvOptions } from './undici.ts';

interface SrvRequestParts {
  readonly resolver: Pick<Resolver, 'resolve'>;
  readonly options: SrvOptions;
  readonly origin: URL;
  readonly domain: string;
  readonly dispatch: Dispatch;
  readonly serving: ServingOrigins;
  readonly request: DispatchOptions;
  readonly handler: DispatchHandler;
}

/**
 * One request of undici on its way to the host that is discovered for it. An attempt is the request itself, dispatched to one address:
 * undici says when it has a connection and is about to send (`onRequestStart`). The first attempt to get there is the request; the others
 * are refused at that point, with nothing sent, and leave their connection in the pool. An attempt that has to wait in line, behind
 * requests that its host serves, is the request too: its host works, and no other would be better.
 */
export class SrvRequest {
  readonly #parts: SrvRequestParts;
  readonly #ending = new AbortController();
  readonly #controller: DispatchController;
  /** The attempt that became the request. */
  #chosen: Attempt | undefined;
  /** Origins where the request stood in line in vain: the next time it waits for a connection as at any other. */
  readonly #leftLines = new Set<string>();

  constructor(parts: SrvRequestParts) {
    this.#parts = parts;
    this.#controller = this.#makeController();
  }

  async run(): Promise<void> {
    const { handler } = this.#parts;
    try {
      // Now, and not when a host is found: whoever has the controller may abort the discovery.
      handler.onRequestStart?.(this.#controller, null);
      while (!(await this.#send()));
    } catch (error) {
      const sending = this.#chosen?.controller;
      (sending ?? this.#ending).abort(error as Error);
      if (sending === undefined) handler.onResponseError?.(this.#controller, error as Error);
    }
  }

  /** Discovers a host and waits until the request is sent. False: the chosen host is lost, and nothing has been sent. */
  async #send(): Promise<boolean> {
    const { resolver, options, origin, domain } = this.#parts;
    const { service, follow: _follow, fallback, onResolution, ...limits } = options;
    const { signal } = this.#ending;
    const probe = (endpoint: Endpoint, signal: AbortSignal) => this.#attempt(this.#toEndpoint(endpoint), signal);
    const resolution = await resolver.resolve({ service, domains: [domain] }, { ...limits, signal, probe });
    onResolution?.(resolution, origin);
    const chosen = this.#chosen;
    if (chosen !== undefined) return this.#isSent(chosen);
    if (resolution.outcome !== 'not-found' || fallback !== 'on-absence') throw new DiscoveryError(resolution);
    this.#leftLines.add(originOf(this.#parts.request)); // here is no other host to go to
    await this.#attempt(this.#parts.request, signal);
    return true;
  }

  async #isSent({ sent, origin }: Attempt): Promise<boolean> {
    const { signal } = this.#ending;
    const abort = (): void => sent.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await sent.promise;
      return true;
    } catch {
      signal.throwIfAborted();
      this.#leftLines.add(origin);
      this.#chosen = undefined;
      return false; // the next discovery meets the same error, and says so
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #attempt(request: DispatchOptions, signal: AbortSignal): Promise<{ readonly outcome: 'reached' }> {
    const { dispatch, handler, serving } = this.#parts;
    const attempt = new Attempt(originOf(request));
    return new Promise((resolve, reject) => {
      const choose = (): boolean => {
        if (attempt.controller !== undefined) return true;
        if (signal.aborted || this.#ending.signal.aborted || (this.#chosen ?? attempt) !== attempt) return false;
        this.#chosen = attempt;
        resolve({ outcome: 'reached' });
        return true;
      };
      const fail = (error: Error): void => {
        attempt.sent.reject(error);
        reject(error);
      };
      signal.addEventListener('abort', () => attempt.leaveLine(), { once: true });
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      const mayGoOn = dispatch(request, {
        ...passedOn(handler, attempt),
        onRequestStart: (controller) => {
          // Thrown, not aborted: that would destroy the body, which another attempt may be sending.
          if (!choose()) throw untriedError('Another host was quicker', 'ECANCELED');
          // Comes again when the connection breaks behind another request of the same pipeline.
          attempt.start(controller, serving);
        },
        onResponseError: (controller, error) => {
          attempt.end();
          if (attempt.controller !== undefined) return handler.onResponseError?.(controller, error);
          if (isOfRequest(error, request)) this.#ending.abort(error);
          fail(isOfOthers(error) ? untriedError(error.message, 'EBUSY', error) : error);
        },
      });
      // A dispatcher that may not go on has no connection left, or has just begun to open the last.
      if (!mayGoOn && !this.#leftLines.has(attempt.origin)) attempt.leaveLine = serving.whenServing(attempt.origin, choose);
    });
  }

  #toEndpoint({ address, port }: Endpoint): DispatchOptions {
    const { request, origin, domain } = this.#parts;
    const host = address.includes(':') ? `[${address}]` : address;
    const headers = withHost(request.headers, origin.host);
    return Object.assign({ servername: domain.replace(/\.$/, '') }, request, { origin: `${origin.protocol}//${host}:${port}`, headers });
  }

  #makeController(): DispatchController {
    const sending = (): DispatchController | undefined => this.#chosen?.controller;
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

/** One dispatch of the request. */
class Attempt {
  readonly origin: string;
  /** Rejects when it cannot be sent. */
  readonly sent: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Of the dispatcher; undefined until it is sent. */
  controller: DispatchController | undefined;
  leaveLine: () => void = () => {};
  #endServing: (() => void) | undefined;

  constructor(origin: string) {
    this.origin = origin;
    this.sent.promise.catch(() => {}); // only that of the chosen one is waited for
  }

  start(controller: DispatchController, serving: ServingOrigins): void {
    this.leaveLine();
    this.controller = controller;
    this.#endServing ??= serving.begin(this.origin);
    this.sent.resolve();
  }

  /** The connection is free for others. */
  end(): void {
    this.leaveLine();
    this.#endServing?.();
  }
}

// Everything that happens once a request is on its way.
function passedOn(handler: DispatchHandler, attempt: Attempt): DispatchHandler {
  return {
    onRequestUpgrade: (...given) => {
      attempt.end();
      handler.onRequestUpgrade?.(...given);
    },
    onResponseStarted: () => handler.onResponseStarted?.(),
    onResponseStart: (...given) => handler.onResponseStart?.(...given),
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => {
      attempt.end();
      handler.onResponseEnd?.(...given);
    },
    onBodySent: (...given) => handler.onBodySent?.(...given),
    onRequestSent: () => handler.onRequestSent?.(),
  };
}

function originOf({ origin }: DispatchOptions): string {
  return origin?.toString() ?? '';
}

/** Whether an error is the request's own, or the dispatcher's: no other host would take it. */
function isOfRequest(error: Error, { body }: DispatchOptions): boolean {
  if (body !== null && typeof body === 'object' && 'errored' in body && body.errored === error) return true;
  const code = errorCode(error);
  return typeof code === 'string' && code.startsWith('UND_ERR_') && !OF_HOST.has(code) && !OF_OTHERS.has(code);
}

/** Whether an error of a request that was not sent is that of another one, with which it shared a connection. */
function isOfOthers(error: Error): boolean {
  return OF_OTHERS.has(errorCode(error));
}

const OF_HOST: ReadonlySet<unknown> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_SOCKET']);
const OF_OTHERS: ReadonlySet<unknown> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_INFO']);

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
