import type { Candidate } from '@srvkit/discovery';
import type { DomainName } from '@srvkit/dns';
import { LRUCache } from 'lru-cache';
import { publish } from './channels.ts';
import type { HealthOptions } from './health-options.ts';
import { hostKey } from './host-key.ts';
import { afterAttempt, type HostState, isHeldBack, onTrialIfDue, type Sign } from './host-state.ts';

/** An attempt that has begun. Called once with how it ended, it gives what that changes for the host, if anything. */
export type Trial = (sign: Sign) => HealthChange | undefined;

/** A host is tried last from now on, or as any other again. */
export type HealthChange =
  | { readonly kind: 'demoted'; readonly failures: number; readonly penaltyMs: number }
  | { readonly kind: 'recovered'; readonly failures: number };

/**
 * Which hosts failed lately, by target and port: a record that comes back with another priority, or after a while, is the same host. Such
 * hosts are tried last in their priority group and never left out; where all of a group failed, its order is as if none had (srv H6).
 */
export class HostHealth {
  readonly #options: HealthOptions;
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #states: LRUCache<string, HostState>;

  /** `clock` in milliseconds, never going back; `random` from 0 to 1. */
  constructor(options: HealthOptions, clock: () => number, random: () => number) {
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#states = new LRUCache({ max: options.maxHosts });
  }

  /** For `demoted` of a request. */
  readonly isDemoted = (target: DomainName, port: number): boolean => {
    if (this.#states.size === 0) return false;
    const state = this.#states.get(hostKey(target.key, port));
    return state !== undefined && isHeldBack(state, this.#clock());
  };

  /** Why a host is demoted: its failures in a row, and for how many milliseconds more. Undefined: it is not. */
  demotion(target: DomainName, port: number): { readonly failures: number; readonly leftMs: number } | undefined {
    const state = this.#states.peek(hostKey(target.key, port));
    const now = this.#clock();
    return state !== undefined && isHeldBack(state, now) ? { failures: state.failures, leftMs: state.until - now } : undefined;
  }

  /** An attempt begins. The first one after the penalty is the host's trial: until it has ended, the host stays last for all others. */
  begin({ name, target, port }: Candidate, service: string): Trial {
    const key = hostKey(name?.key ?? target.toLowerCase(), port);
    const before = this.#states.get(key);
    const seen = before && onTrialIfDue(before, this.#clock(), this.#options);
    if (seen !== undefined && seen !== before) {
      this.#states.set(key, seen);
      publish('health', { service, target, port, change: { kind: 'probing', failures: seen.failures } });
    }
    // Only the attempt that opened the trial may close it.
    const begunWith = seen === before ? before && { ...before, isOnTrial: false } : seen;
    return (sign) => {
      const change = this.#end(key, begunWith, sign);
      if (change !== undefined) publish('health', { service, target, port, change });
      return change;
    };
  }

  #end(key: string, seen: HostState | undefined, sign: Sign): HealthChange | undefined {
    const state = this.#states.get(key);
    const now = this.#clock();
    const next = afterAttempt(seen, state, sign, { now, random: this.#random, options: this.#options });
    if (next === state) return undefined;
    if (next === undefined) {
      this.#states.delete(key);
      return state !== undefined && state.failures > 0 ? { kind: 'recovered', failures: state.failures } : undefined;
    }
    this.#states.set(key, next);
    const hasFailed = next.failures > (state?.failures ?? 0);
    return hasFailed ? { kind: 'demoted', failures: next.failures, penaltyMs: next.until - now } : undefined;
  }
}
