import { getEventListeners } from 'node:events';

/**
 * The caller's signal, joined with the end of the resolver. The joint signal is made only when it is asked for: a resolution that waits for
 * nothing needs none. Can be passed as the options of anything that takes a `signal`.
 */
export class Cancellation {
  readonly #caller: AbortSignal | undefined;
  #controller: AbortController | undefined;
  #unlink: (() => void) | undefined;

  constructor(caller: AbortSignal | undefined) {
    this.#caller = caller;
  }

  get signal(): AbortSignal {
    return this.#joint().signal;
  }

  throwIfAborted(): void {
    this.#caller?.throwIfAborted();
    this.#controller?.signal.throwIfAborted();
  }

  /** The resolver is closed. */
  cancel(reason: unknown): void {
    this.#joint().abort(reason);
  }

  /** The resolution is over: whatever still waits for the signal need not go on. Mostly nothing does, and abort would be dear. */
  end(): void {
    this.#unlink?.();
    if (this.#controller !== undefined && getEventListeners(this.#controller.signal, 'abort').length > 0) this.#controller.abort(OVER);
  }

  #joint(): AbortController {
    this.#controller ??= this.#link(new AbortController(), this.#caller);
    return this.#controller;
  }

  #link(controller: AbortController, caller: AbortSignal | undefined): AbortController {
    const abort = (): void => controller.abort(caller?.reason);
    if (caller?.aborted === true) abort();
    caller?.addEventListener('abort', abort, { once: true });
    this.#unlink = () => caller?.removeEventListener('abort', abort);
    return controller;
  }
}

const OVER = new Error('The resolution is over');
