import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { type DiscoveryRequest, makeRequest, type RequestParts } from '@srvkit/discovery';
import { createDnsClient } from '@srvkit/dns-client';
import { pcg32 } from '@srvkit/selection';
import { DiscoveryError } from '../discovery-error.ts';
import { offerCandidates } from '../offer-candidates.ts';
import type { OfferedCandidate } from '../offered-candidate.ts';
import type { Ports } from '../ports.ts';
import { type Contact, probeContact } from '../probe.ts';
import type { Resolution } from '../resolution.ts';
import { type ResolveLimits, resolveLimits, type ResolveOptions } from '../resolve-options.ts';
import type { CandidatesOptions, ConnectOptions, Resolver, ResolverOptions } from './resolver.ts';
import { type Ended, runResolution } from '../run-resolution.ts';
import { Trace } from '../trace.ts';
import { systemLookup } from './system-lookup.ts';
import { systemTimers } from './system-timers.ts';
import { handOver, tcpContact } from './tcp-contact.ts';

/** A resolver with its own DNS client. Throws `ParseError` for servers, `RangeError` for numbers out of bounds. */
export function createResolver(options: ResolverOptions = {}): Resolver {
  return new NetworkResolver(options);
}

class NetworkResolver implements Resolver {
  readonly #ports: Ports;
  readonly #limits: Partial<ResolveLimits>;
  /** What is under way, to be ended by `close`. */
  readonly #running = new Set<AbortController>();
  #closing: Promise<void> | undefined;

  constructor({ servers, dns, cache, now = systemTimers.now, ...limits }: ResolverOptions) {
    this.#limits = limits;
    resolveLimits(limits);
    this.#ports = {
      client: createDnsClient({ now, ...dns, ...(servers === undefined ? {} : { servers }) }),
      cache,
      timers: { ...systemTimers, now },
      systemLookup,
      drawSeed: () => randomInt(2 ** 32),
    };
  }

  async resolve(request: RequestParts, options: ResolveOptions = {}): Promise<Resolution> {
    const { probe = 'tcp' } = options;
    if (probe === 'none') return (await this.#run(request, options, undefined)).resolution;
    if (typeof probe === 'function') return (await this.#run(request, options, probeContact(probe))).resolution;
    if (probe !== 'tcp') throw new TypeError(`probe ${JSON.stringify(probe)} is unknown: use tcp, none or a function`);
    const { resolution, won } = await this.#run(request, options, tcpContact);
    won?.value.destroy();
    return resolution;
  }

  async connect(request: RequestParts, options: ConnectOptions = {}): Promise<Socket> {
    const { resolution, won } = await this.#run(request, options, tcpContact);
    if (won === undefined) throw new DiscoveryError(resolution);
    return handOver(won.value);
  }

  async *candidates(parts: RequestParts, options: CandidatesOptions = {}): AsyncGenerator<OfferedCandidate, Resolution, undefined> {
    const request = this.#complete(parts);
    const limits = resolveLimits({ ...this.#limits, timeoutMs: Infinity, ...withoutUndefined(options) });
    const seed = options.seed ?? this.#ports.drawSeed();
    const { timers } = this.#ports;
    const trace = new Trace(request, seed, timers.clock);
    const { signal, end } = this.#begin(options.signal);
    try {
      const deadlineAt = timers.clock() + limits.timeoutMs;
      const context = { request, ports: this.#ports, limits, trace, signal, deadlineAt, isRepeated: false };
      return trace.resolution(yield* offerCandidates(context, pcg32(seed)));
    } finally {
      end();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const reason = new Error('The resolver was closed');
    for (const controller of this.#running) controller.abort(reason);
    await this.#ports.client.close();
  }

  async #run<T>(parts: RequestParts, options: Omit<ResolveOptions, 'probe'>, contact: Contact<T> | undefined): Promise<Ran<T>> {
    const request = this.#complete(parts);
    const limits = resolveLimits({ ...this.#limits, ...withoutUndefined(options) });
    const seed = options.seed ?? this.#ports.drawSeed();
    const random = pcg32(seed);
    const trace = new Trace(request, seed, this.#ports.timers.clock);
    const { signal, end } = this.#begin(options.signal);
    try {
      const { verdict, won } = await runResolution({ request, ports: this.#ports, limits, trace, random, contact, signal });
      return { resolution: trace.resolution(verdict), won };
    } finally {
      end();
    }
  }

  #complete(parts: RequestParts): DiscoveryRequest {
    if (this.#closing !== undefined) throw new TypeError('The resolver is closed');
    const request = makeRequest(parts);
    return this.#ports.cache === undefined && request.caching ? { ...request, caching: false } : request;
  }

  /** Joins the caller's signal with the end of this resolver. */
  #begin(signal: AbortSignal | undefined): { signal: AbortSignal; end: () => void } {
    signal?.throwIfAborted();
    const controller = new AbortController();
    const abort = (): void => controller.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#running.add(controller);
    const end = (): void => {
      this.#running.delete(controller);
      signal?.removeEventListener('abort', abort);
    };
    return { signal: controller.signal, end };
  }
}

interface Ran<T> {
  readonly resolution: Resolution;
  readonly won: Ended<T>['won'];
}

// An option that is there but undefined is one that was not given.
function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
