import { type CachedHost, type HostToRemember, type Recalled, stampHost } from '@srvkit/discovery';
import { isHeard, publish } from './channels.ts';
import { describeError } from './failure.ts';
import type { PassContext } from './pass-context.ts';
import { withinTime } from './within-time.ts';

/** The remembered host for the request, at once if the store knows it at once. A store that fails is reported and counts as empty. */
export function recallHost(context: PassContext): Recalled | undefined | Promise<Recalled | undefined> {
  const { request, ports, cancellation } = context;
  try {
    const host = ports.cache?.get(request.service, request.scope, cancellation) ?? undefined;
    // A store may be anybody's, and its promises of another class.
    return host !== undefined && 'then' in host ? recallLater(context, host) : recalled(context, host);
  } catch (error) {
    return withoutMemory(context, error);
  }
}

async function recallLater(context: PassContext, host: Promise<CachedHost | undefined>): Promise<Recalled | undefined> {
  try {
    return recalled(context, await inTime(host, context));
  } catch (error) {
    return withoutMemory(context, error);
  }
}

function withoutMemory({ cancellation, trace }: PassContext, error: unknown): undefined {
  cancellation.throwIfAborted();
  trace.warn({ code: 'cache-not-read', message: `The host cache cannot be read: ${describeError(error)}` });
}

function recalled({ request, ports }: PassContext, given: CachedHost | null | undefined): Recalled | undefined {
  const { service, scope } = request;
  const host = given ?? undefined;
  if (host !== undefined && (typeof host.target !== 'string' || typeof host.port !== 'number'))
    throw new TypeError('it gave something else than a host');
  if (isHeard('recall')) publish('recall', { service, scope, host });
  return host && { host, now: ports.timers.now };
}

/** Keeps a host. A store that fails is reported; the host was reached all the same. */
export async function rememberHost(context: PassContext, host: HostToRemember): Promise<undefined> {
  const { ports, request, trace, cancellation } = context;
  if (ports.cache === undefined) return;
  const stamped = stampHost(host, ports.timers.now());
  try {
    await inTime(ports.cache.set(stamped, cancellation), context);
    publish('remember', { service: request.service, host: stamped });
  } catch (error) {
    cancellation.throwIfAborted();
    trace.warn({ code: 'cache-not-written', message: `The host cache cannot be written: ${describeError(error)}` });
  }
}

/** A store may take no longer than the pass has left. */
function inTime<T>(answer: Promise<T>, { ports, cancellation, deadlineAt }: PassContext): Promise<T> {
  const { timers } = ports;
  return withinTime(answer, { timers, timeoutMs: deadlineAt - timers.clock(), cancellation });
}
