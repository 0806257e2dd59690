import { setTimeout as sleep } from 'node:timers/promises';
import { queryName } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import { memoryHostCache } from '@srvkit/host-cache';
import { createResolver } from '@srvkit/resolver';
import type { Resolver } from '@srvkit/resolver';
import { pcg32 } from '@srvkit/selection';
import type { Pcg32 } from '@srvkit/selection';
import { answerParent } from './child.ts';
import type { ClientPlan } from './client-plan.ts';
import { greetingProbe } from './greeting-probe.ts';

// A part of the clients of one site. Each is a machine of its own: a resolver, a memory of one host, a random source.

export type ClientQuestion = { readonly start: ClientStart } | { readonly playUntil: number };

export interface ClientStart {
  readonly clients: readonly ClientPlan[];
  /** DNS servers; undefined: the system's. */
  readonly servers: readonly string[] | undefined;
  /** Where its connections come from; undefined: the system chooses. */
  readonly localAddress: string | undefined;
  /** How many SRV records each domain has when all hosts have published themselves. */
  readonly expected: readonly { readonly domain: string; readonly records: number }[];
  readonly attemptTimeoutMs: number;
  readonly msPerMinute: number;
}

/** A pass as it went: host names are targets of SRV records. */
export interface PlayedPass {
  readonly minute: number;
  readonly client: number;
  readonly target: string | null;
  readonly failedFirst: string | null;
  /** What the resolution came to, `reached` or else. */
  readonly outcome: string;
  /** From the first attempt that failed to the end, in real time; null when none failed. */
  readonly failoverMs: number | null;
}

interface Client {
  readonly plan: ClientPlan;
  readonly resolver: Resolver;
  readonly random: Pcg32;
}

const LONGEST_WAIT_MS = 30_000;
const POLL_MS = 20;
const AT_A_TIME = 128;
// Time must not stand still for what is remembered, and not begin at 0.
const EPOCH_MS = Date.UTC(2026, 0, 5);
// As the resolver's own, in the time of the scenario.
const PENALTY_MINUTES = { first: 1 / 6, longest: 5 };

let settings: ClientStart;
let clients: readonly Client[] = [];
/** Who is due at which minute. */
const agenda = new Map<number, number[]>();
let minute = 0;

function start(given: ClientStart): void {
  settings = given;
  clients = given.clients.map((plan, index) => {
    enter(plan.firstMinute, index);
    return { plan, resolver: makeResolver(given), random: pcg32(plan.seed, plan.stream) };
  });
}

/** Secondary servers have their zones a little later than the primary. */
async function untilPublished({ clients, servers, expected }: ClientStart): Promise<void> {
  const client = createDnsClient({ ...(servers === undefined ? {} : { servers }), cache: false });
  const service = clients[0]?.request.service ?? '';
  const limit = AbortSignal.timeout(LONGEST_WAIT_MS);
  try {
    for (const { domain, records } of expected) {
      for (;;) {
        const found = await client.lookup(queryName(service, parseDomainName(domain)), 'SRV');
        if (found.records.length === records) break;
        if (limit.aborted) throw new Error(`${domain} has ${found.records.length} SRV records, not ${records}: ${found.kind}`);
        await sleep(POLL_MS);
      }
    }
  } finally {
    await client.close();
  }
}

/**
 * The clock of this machine decides when a pass begins, and nothing else: hosts are tried one after the other, and deadlines are long. So a slow
 * machine makes the lab slow, and not wrong.
 */
function makeResolver({ servers, attemptTimeoutMs, msPerMinute }: ClientStart): Resolver {
  return createResolver({
    ...(servers === undefined ? {} : { servers }),
    dns: { cache: false, attempts: 3, tryTimeoutMs: 2000, timeoutMs: 20_000, now: Date.now },
    cache: memoryHostCache({ maxEntries: 1 }),
    health: {
      penaltyMs: Math.max(1, PENALTY_MINUTES.first * msPerMinute),
      maxPenaltyMs: Math.max(1, PENALTY_MINUTES.longest * msPerMinute),
    },
    now: () => EPOCH_MS + minute * 60_000,
    attemptTimeoutMs,
    lookupTimeoutMs: 20_000,
    timeoutMs: 60_000,
    staggerMs: Infinity,
  });
}

/** Plays every pass before `until`, minute after minute. Between the passes of two minutes there is at least the scaled time. */
async function playUntil(until: number): Promise<readonly PlayedPass[]> {
  const passes: PlayedPass[] = [];
  for (;;) {
    const next = Math.min(until, ...agenda.keys());
    if (settings.msPerMinute > 0) await sleep((next - minute) * settings.msPerMinute);
    minute = next;
    const due = agenda.get(minute) ?? [];
    if (minute === until) return passes;
    agenda.delete(minute);
    for (let at = 0; at < due.length; at += AT_A_TIME) passes.push(...(await Promise.all(due.slice(at, at + AT_A_TIME).map(playPass))));
  }
}

async function playPass(index: number): Promise<PlayedPass> {
  const { plan, resolver, random } = clients[index] as Client;
  const at = minute;
  const probe = greetingProbe(settings.localAddress);
  const { outcome, host, attempts, elapsedMs } = await resolver.resolve(plan.request, { probe, seed: random.nextUint32() });
  const failed = attempts.find((attempt) => attempt.outcome !== 'reached');
  enter(at + Math.max(1, host === null ? plan.retryMinutes : plan.everyMinutes), index);
  return {
    minute: at,
    client: index,
    target: host?.target ?? null,
    failedFirst: failed?.target ?? null,
    outcome,
    failoverMs: failed === undefined ? null : elapsedMs - failed.startMs,
  };
}

function enter(at: number, client: number): void {
  const due = agenda.get(at);
  if (due === undefined) agenda.set(at, [client]);
  else due.push(client);
}

answerParent(async (question: ClientQuestion): Promise<readonly PlayedPass[]> => {
  if ('playUntil' in question) return playUntil(question.playUntil);
  await untilPublished(question.start);
  start(question.start);
  return [];
});
