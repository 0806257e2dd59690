import type { Candidate, DiscoveryRequest } from '@srvkit/discovery';
import type { DomainName } from '@srvkit/dns';
import type { FailureStore, SharedFailure } from '@srvkit/host-cache';
import { describeError } from './failure.ts';
import type { HealthChange } from './host-health.ts';
import { hostKey } from './host-key.ts';
import type { PassContext } from './pass-context.ts';
import { withinTime } from './within-time.ts';

/** How long a shared store is waited for, within the deadline of the pass: at the beginning, while DNS is asked, and again at the end. */
const STORE_TIMEOUT_MS = 250;

/** What a fleet of clients tells each other about hosts that failed, for one pass. It only demotes, and a store that is down only warns. */
export class FleetFailures {
  readonly #store: FailureStore;
  readonly #context: PassContext;
  readonly #known = new Map<string, SharedFailure>();
  readonly #reading: Promise<void>;
  #writing: Promise<void>[] = [];

  constructor(store: FailureStore, context: PassContext) {
    this.#store = store;
    this.#context = context;
    this.#reading = this.#read();
  }

  /** When the list is there, or its time is over. Never rejects. */
  get known(): Promise<void> {
    return this.#reading;
  }

  /** The request with the hosts of the list demoted, beside those that are anyway. */
  demotedIn(request: DiscoveryRequest): DiscoveryRequest {
    const isDemoted = (target: DomainName, port: number): boolean =>
      request.demoted?.(target, port) === true || this.demotion(target, port) !== undefined;
    return { ...request, demoted: isDemoted };
  }

  /** The failure for which others have a host demoted; undefined when there is none. */
  demotion(target: DomainName, port: number): SharedFailure | undefined {
    const failure = this.#known.get(hostKey(target.key, port));
    return failure !== undefined && failure.until > this.#context.ports.timers.now() ? failure : undefined;
  }

  /** Tells the others what this pass found out about a host. */
  tell({ name, target, port }: Candidate, change: HealthChange | undefined, isAlive: boolean): void {
    if (name === null) return;
    const { request, ports } = this.#context;
    const { service } = request;
    if (change?.kind === 'demoted') {
      const until = Math.round(ports.timers.now() + change.penaltyMs);
      this.#write((signal) => this.#store.report({ service, target, port, until, failures: change.failures }, { signal }));
    } else if (change?.kind === 'recovered' || (isAlive && this.#known.has(hostKey(name.key, port)))) {
      this.#write((signal) => this.#store.clear(service, target, port, { signal }));
    }
  }

  /** When everything is told, or its time is over. Never rejects. */
  async told(): Promise<void> {
    await Promise.all(this.#writing);
  }

  async #read(): Promise<void> {
    const { service } = this.#context.request;
    const list = await this.#inTime('read', async (signal) => {
      const failures = await this.#store.list(service, { signal });
      return failures.map((failure) => [sharedKey(failure), failure] as const);
    });
    for (const [key, failure] of list ?? []) this.#known.set(key, failure);
  }

  #write(write: (signal: AbortSignal) => Promise<void>): void {
    this.#writing.push(this.#inTime('written', write));
  }

  async #inTime<T>(what: 'read' | 'written', use: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const { ports, cancellation, trace, deadlineAt } = this.#context;
    const { timers } = ports;
    const controller = new AbortController();
    try {
      const timeoutMs = Math.min(STORE_TIMEOUT_MS, deadlineAt - timers.clock());
      return await withinTime(use(controller.signal), { timers, timeoutMs, cancellation });
    } catch (error) {
      controller.abort(error);
      if (!cancellation.own.aborted)
        trace.warn({ code: 'failures-not-shared', message: `The store of shared failures cannot be ${what}: ${describeError(error)}` });
      return undefined;
    }
  }
}

// Targets in a store are absolute names; case is all that may differ.
function sharedKey({ target, port }: SharedFailure): string {
  return hostKey(target.toLowerCase(), port);
}
