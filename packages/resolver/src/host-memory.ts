import { type HostToRemember, type Recalled, stampHost } from '@srvkit/discovery';
import { publish } from './channels.ts';
import { describeError } from './failure.ts';
import type { PassContext } from './pass-context.ts';

/** The remembered host for the request. A store that fails is reported and counts as empty. */
export async function recallHost({ ports, request, trace, cancellation }: PassContext): Promise<Recalled | undefined> {
  if (ports.cache === undefined) return undefined;
  const { service, scope } = request;
  try {
    const host = await ports.cache.get(service, scope, cancellation);
    publish('recall', { service, scope, host });
    return host && { host, now: ports.timers.now() };
  } catch (error) {
    cancellation.throwIfAborted();
    trace.warn({ code: 'cache-not-read', message: `The host cache cannot be read: ${describeError(error)}` });
    return undefined;
  }
}

/** Keeps a host. A store that fails is reported; the host was reached all the same. */
export async function rememberHost({ ports, request, trace, cancellation }: PassContext, host: HostToRemember): Promise<undefined> {
  if (ports.cache === undefined) return;
  const stamped = stampHost(host, ports.timers.now());
  try {
    await ports.cache.set(stamped, cancellation);
    publish('remember', { service: request.service, host: stamped });
  } catch (error) {
    cancellation.throwIfAborted();
    trace.warn({ code: 'cache-not-written', message: `The host cache cannot be written: ${describeError(error)}` });
  }
}
