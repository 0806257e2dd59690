import { getEventListeners } from 'node:events';

/**
 * The caller's signal, joined with the end of the resolver. The joint signal is made only when it is asked for: a resolution that waits for
 * nothing needs none. Can be passed as the options of a store that takes a `signal`.
 */
export class Cancellation {
  readonly #caller: AbortSignal | undefined;
  #controller: AbortController | undefined;
  #unlink: (() => void) | undefined;
  #isLent = false;

  constructor(caller: AbortSignal | undefined) {
    this.#caller = caller;
  }

  /** For others. They may make signals of it (`AbortSignal.any`), which nobody can see: at the end it is aborted in any case. */
  get signal(): AbortSignal {
    this.#isLent = true;
    return this.own;
  }

  /** The same for ourselves: we listen to it, and make no other of it. */
  get own(): AbortSignal {
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
    if (this.#controller !== undefined && (this.#isLent || getEventListeners(this.own, 'abort').length > 0)) this.#controller.abort(OVER);
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
