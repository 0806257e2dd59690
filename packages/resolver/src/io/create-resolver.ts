import type { Socket } from 'node:net';
import { type DiscoveryRequest, makeRequest, type RequestParts } from '@srvkit/discovery';
import { createDnsClient } from '@srvkit/dns-client';
import type { HostCache } from '@srvkit/host-cache';
import { pcg32 } from '@srvkit/selection';
import { Cancellation } from '../cancellation.ts';
import { DiscoveryError } from '../discovery-error.ts';
import { healthOptions } from '../health-options.ts';
import { HostHealth } from '../host-health.ts';
import { offerCandidates } from '../offer-candidates.ts';
import type { OfferedCandidate } from '../offered-candidate.ts';
import type { AliasTargets, Ports } from '../ports.ts';
import { PreparedSets } from '../prepared-sets.ts';
import { type Contact, probeContact } from '../probe.ts';
import type { Resolution } from '../resolution.ts';
import { type ResolveLimits, resolveLimits, type ResolveOptions } from '../resolve-options.ts';
import { type Ended, runResolution } from '../run-resolution.ts';
import { Trace } from '../trace.ts';
import { drawSeed } from './draw-seed.ts';
import type { CandidatesOptions, ConnectOptions, Resolver, ResolverOptions } from './resolver.ts';
import { systemLookup } from './system-lookup.ts';
import { systemTimers } from './system-timers.ts';
import { handOver, tcpContact } from './tcp-contact.ts';

/**
 * A resolver with its own DNS client. Throws `ParseError` for servers, `RangeError` for numbers out of bounds, `TypeError` for a cache or a
 * health that is none.
 */
export function createResolver(options?: ResolverOptions): Resolver {
  return new NetworkResolver(options ?? {});
}

class NetworkResolver implements Resolver {
  readonly #ports: Ports;
  readonly #limits: ResolveLimits;
  /**
   * What `close` has to end, with the promise of its end. Undefined for a loop over candidates, which ends when its owner asks for the
   * next.
   */
  readonly #running = new Map<Cancellation, Promise<unknown> | undefined>();
  /** Requests that cannot change, completed: once is enough. */
  readonly #completed = new WeakMap<RequestParts, DiscoveryRequest>();
  #closed: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ResolverOptions) {
    const { servers, dns, cache, failures, aliasTargets } = options;
    const now = options.now ?? systemTimers.now;
    this.#limits = resolveLimits(options);
    this.#ports = {
      client: createDnsClient({ now, ...dns, ...(servers === undefined ? {} : { servers }) }),
      cache: checkCache(cache),
      health: makeHealth(options),
      failures,
      aliasTargets: checkAliasTargets(aliasTargets),
      sets: new PreparedSets(),
      timers: { ...systemTimers, now },
      systemLookup,
      drawSeed,
    };
  }

  resolve(request: RequestParts, given?: ResolveOptions): Promise<Resolution> {
    const options = given ?? {};
    const { probe = 'tcp' } = options;
    if (probe === 'none') return this.#run(request, options, undefined, withoutValue);
    if (typeof probe === 'function') return this.#run(request, options, probeContact(probe), withoutValue);
    if (probe === 'tcp') return this.#run(request, options, tcpContact, closeSocket);
    return Promise.reject(new TypeError(`probe ${JSON.stringify(probe)} is unknown: use tcp, none or a function`));
  }

  connect(request: RequestParts, options?: ConnectOptions): Promise<Socket> {
    return this.#run(request, options ?? {}, tcpContact, giveSocket);
  }

  async *candidates(parts: RequestParts, given?: CandidatesOptions): AsyncGenerator<OfferedCandidate, Resolution, undefined> {
    const options = given ?? {};
    const request = this.#complete(parts);
    const limits = resolveLimits({ ...options, timeoutMs: options.timeoutMs ?? Infinity }, this.#limits);
    const seed = options.seed ?? this.#ports.drawSeed();
    const { timers } = this.#ports;
    options.signal?.throwIfAborted();
    const trace = new Trace(request, seed, timers.clock);
    const cancellation = new Cancellation(options.signal);
    this.#begin(cancellation, undefined);
    try {
      const deadlineAt = timers.clock() + limits.timeoutMs;
      const context = { request, ports: this.#ports, limits, trace, cancellation, deadlineAt, isRepeated: false };
      return trace.resolution(yield* offerCandidates(context, pcg32(seed)));
    } finally {
      this.#end(cancellation);
    }
  }

  close(): Promise<void> {
    this.#closed ??= new Error('The resolver was closed');
    this.#closing ??= this.#close(this.#closed);
    return this.#closing;
  }

  async #close(reason: Error): Promise<void> {
    for (const cancellation of this.#running.keys()) cancellation.cancel(reason);
    await Promise.allSettled([...this.#running.values()].flatMap((end) => end ?? []));
    await this.#ports.client.close();
  }

  /** No async function: a host remembered in memory is found without waiting, and then each turn of the event loop's queue counts. */
  #run<T, R>(parts: RequestParts, options: ConnectOptions, contact: Contact<T> | undefined, conclude: Conclude<T, R>): Promise<R> {
    try {
      const request = this.#complete(parts);
      const ports = this.#ports;
      const limits = resolveLimits(options, this.#limits);
      const seed = options.seed ?? ports.drawSeed();
      const random = pcg32(seed);
      options.signal?.throwIfAborted();
      const cancellation = new Cancellation(options.signal);
      const trace = new Trace(request, seed, ports.timers.clock);
      const deadlineAt = trace.startedAt + limits.timeoutMs;
      const ended = runResolution({ request, ports, limits, trace, cancellation, deadlineAt, isRepeated: false, random, contact });
      if (ended instanceof Promise) return this.#endLater(ended, { trace, cancellation, conclude });
      cancellation.end();
      return Promise.resolve(conclude(trace.resolution(ended.verdict), ended.won));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #endLater<T, R>(ended: Promise<Ended<T>>, ending: Ending<T, R>): Promise<R> {
    const end = this.#whenEnded(ended, ending);
    this.#begin(ending.cancellation, end);
    return end;
  }

  async #whenEnded<T, R>(ending: Promise<Ended<T>>, { trace, cancellation, conclude }: Ending<T, R>): Promise<R> {
    try {
      const { verdict, won } = await ending;
      return conclude(trace.resolution(verdict), won);
    } finally {
      this.#end(cancellation);
    }
  }

  #complete(parts: RequestParts): DiscoveryRequest {
    if (this.#closed !== undefined) throw new TypeError('The resolver is closed');
    return this.#completed.get(parts) ?? this.#completeAnew(parts);
  }

  #completeAnew(parts: RequestParts): DiscoveryRequest {
    const request = makeRequest(parts);
    const { cache, health } = this.#ports;
    const caching = request.caching && cache !== undefined;
    const completed = { ...request, caching, ...(health === undefined ? {} : { demoted: eitherOf(health.isDemoted, request.demoted) }) };
    if (request === parts) this.#completed.set(parts, completed);
    return completed;
  }

  #begin(cancellation: Cancellation, end: Promise<unknown> | undefined): void {
    this.#running.set(cancellation, end);
    if (this.#closed !== undefined) cancellation.cancel(this.#closed); // by a probe that was just called
  }

  #end(cancellation: Cancellation): void {
    this.#running.delete(cancellation);
    cancellation.end();
  }
}

function makeHealth({ health = {} }: ResolverOptions): HostHealth | undefined {
  if (health === false) return undefined;
  // Neither on nor off: what was meant by null is anybody's guess.
  if (typeof health !== 'object' || health === null)
    throw new TypeError(`health is ${JSON.stringify(health)}: use { penaltyMs, ... }, or false for none, or leave it out`);
  return new HostHealth(healthOptions(health), systemTimers.clock, () => drawSeed() / 2 ** 32);
}

function checkCache(given: HostCache | undefined): HostCache | undefined {
  if (given === undefined || typeof given?.get === 'function') return given;
  throw new TypeError('cache is not a HostCache: use memoryHostCache() or another of @srvkit/host-cache, or leave it out');
}

function checkAliasTargets(given: AliasTargets = 'warn'): AliasTargets {
  if (given === 'warn' || given === 'reject' || given === 'allow') return given;
  throw new RangeError(`aliasTargets ${JSON.stringify(given)} is unknown: use warn, reject or allow`);
}

function eitherOf(ours: Demoted, callers: Demoted | undefined): Demoted {
  return callers === undefined ? ours : (target, port) => ours(target, port) || callers(target, port);
}

type Demoted = NonNullable<DiscoveryRequest['demoted']>;

/** What a resolution that is waited for needs at its end. */
interface Ending<T, R> {
  readonly trace: Trace;
  readonly cancellation: Cancellation;
  readonly conclude: Conclude<T, R>;
}

/** What a caller is given of a resolution, and of what the host that was reached left behind. */
type Conclude<T, R> = (resolution: Resolution, won: Ended<T>['won']) => R;

function withoutValue(resolution: Resolution): Resolution {
  return resolution;
}

function closeSocket(resolution: Resolution, won: Ended<Socket>['won']): Resolution {
  won?.value.destroy();
  return resolution;
}

function giveSocket(resolution: Resolution, won: Ended<Socket>['won']): Socket {
  if (won === undefined) throw new DiscoveryError(resolution);
  return handOver(won.value);
}
