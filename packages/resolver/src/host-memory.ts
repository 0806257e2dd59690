import { type CachedHost, type HostToRemember, type Recalled, stampHost } from '@srvkit/discovery';
import { publish } from './channels.ts';
import { describeError } from './failure.ts';
import type { PassContext } from './pass-context.ts';

/** The remembered host for the request, at once if the store knows it at once. A store that fails is reported and counts as empty. */
export function recallHost(context: PassContext): Recalled | undefined | Promise<Recalled | undefined> {
  const { request, ports, cancellation } = context;
  try {
    const host = ports.cache?.get(request.service, request.scope, cancellation);
    // Stores are written by others, whose promises may be of another make.
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

function recalled({ request, ports }: PassContext, host: CachedHost | undefined): Recalled | undefined {
  const { service, scope } = request;
  publish('recall', { service, scope, host });
  return host && { host, now: ports.timers.now() };
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

/**
 * A store may take no longer than the pass has left, whatever it makes of signals. Rejects when that is over. One that answers at once, as
 * memory does, needs neither timer nor signal.
 */
function inTime<T>(answer: Promise<T>, context: PassContext): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOpen = true;
    let leave: (() => void) | undefined;
    const settle = (tell: () => void): void => {
      isOpen = false;
      leave?.();
      tell();
    };
    answer.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    // Behind the answer, if that is there already.
    queueMicrotask(() => {
      if (isOpen) leave = whenOver(context, reject);
    });
  });
}

/** Tells, once, that the pass is over. What it gives back calls that off. */
function whenOver({ ports, cancellation, deadlineAt }: PassContext, tell: (reason: unknown) => void): () => void {
  const { timers } = ports;
  const { signal } = cancellation;
  const abort = (): void => tell(signal.reason);
  const callOff = timers.after(Math.max(0, deadlineAt - timers.clock()), () => tell(new Error('it did not answer in time')));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return () => {
    callOff();
    signal.removeEventListener('abort', abort);
  };
}
