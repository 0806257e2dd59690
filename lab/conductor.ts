import { parseDomainName } from '@srvkit/dns';
import type { Scenario } from '@srvkit/simulator';
import { periodBegins } from './census.ts';
import type { Pass } from './census.ts';
import { planClients } from './client-plan.ts';
import type { ClientPlan } from './client-plan.ts';
import type { PlayedPass } from './client-process.ts';
import { publishedRecords } from './lab-hosts.ts';
import { formatMinutes } from './minutes.ts';
import type { Stage, Variant } from './stage.ts';

/** A pass as a client made it, and what only real ones have. */
export interface RealPass extends Pass {
  readonly outcome: string;
  readonly failoverMs: number | null;
}

/** What was played, and how. */
export interface Played {
  readonly variant: Variant;
  readonly seed: number;
  /** In the order of time. */
  readonly passes: readonly RealPass[];
  readonly processes: number;
  readonly realMs: number;
}

export interface PlayOptions {
  readonly seed: number;
  /** Real milliseconds for a minute of the scenario. */
  readonly msPerMinute: number;
  /** Of clients. Default 2. */
  readonly processesPerSite?: number;
  /** Told what is going on. */
  readonly say?: (what: string) => void;
}

/**
 * Plays a scenario on a stage: clients in several processes, each minute after the one before, up to the next event; then all of them wait until
 * that has happened. So what comes before what is settled by the scenario and not by the speed of the machine.
 */
export async function play(
  scenario: Scenario,
  stage: Stage,
  { seed, msPerMinute, processesPerSite = 2, say }: PlayOptions,
): Promise<Played> {
  const parts = divide(planClients(scenario, seed), [...scenario.sites.keys()], processesPerSite);
  const { attemptTimeoutMs } = scenario.policies;
  const expected = publishedRecords(scenario);
  const processes = await Promise.all(
    parts.map(([site, clients]) => stage.startClients(site, { clients, expected, attemptTimeoutMs, msPerMinute })),
  );
  const startedAt = performance.now();
  const passes: RealPass[] = [];
  const playAllUntil = async (minute: number): Promise<void> => {
    say?.(`playing until ${formatMinutes(minute)}`);
    const played = await Promise.all(processes.map((process) => process.ask({ playUntil: minute })));
    const named = played.flatMap((part, at) => part.map((pass) => nameHosts(scenario, parts[at]?.[1] ?? [], pass)));
    passes.push(...named.toSorted((a, b) => a.minute - b.minute));
  };
  for (const minute of periodBegins(scenario).slice(1)) {
    await playAllUntil(minute);
    for (const event of scenario.timeline.filter((each) => each.minute === minute)) await happen(stage, event);
  }
  await playAllUntil(scenario.durationMinutes);
  return { variant: stage.variant, seed, passes, processes: processes.length, realMs: performance.now() - startedAt };
}

async function happen(stage: Stage, event: Scenario['timeline'][number]): Promise<void> {
  switch (event.kind) {
    case 'crash':
      return stage.crash(event.host);
    case 'restore':
      return stage.restore(event.host);
    case 'partition':
      return stage.partition();
    case 'repair':
      return stage.repair();
    case 'new-host':
    case 'publish':
    case 'weight':
    case 'withdraw':
      throw new RangeError(`the lab cannot play ${event.kind}`);
    default:
      event satisfies never;
  }
}

/** Parts of the clients, each of one site. */
function divide(
  clients: readonly ClientPlan[],
  sites: readonly string[],
  processes: number,
): readonly (readonly [string, readonly ClientPlan[]])[] {
  return sites.flatMap((site) => {
    const here = clients.filter((client) => client.site === site);
    const parts = Array.from({ length: processes }, (_, part) => here.filter((_, at) => at % processes === part));
    return parts.flatMap((part) => (part.length === 0 ? [] : [[site, part] as const]));
  });
}

function nameHosts(scenario: Scenario, clients: readonly ClientPlan[], pass: PlayedPass): RealPass {
  const client = clients[pass.client];
  if (client === undefined) throw new RangeError(`a pass of client ${pass.client}, who is unknown`);
  const nameOf = (target: string | null): string | null => {
    if (target === null) return null;
    const name = parseDomainName(target);
    return [...scenario.hosts].find(([, host]) => parseDomainName(host.target).equals(name))?.[0] ?? target;
  };
  const { group, member } = client;
  const { minute, outcome, failoverMs } = pass;
  return { minute, group, member, host: nameOf(pass.target), failedFirst: nameOf(pass.failedFirst), outcome, failoverMs };
}
