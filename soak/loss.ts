import { parseDomainName } from '@srvkit/dns';
import { createResolver, type Endpoint, type Resolution, type Resolver } from '@srvkit/resolver';
import { drawOrder, pcg32, prepareSet, type PreparedSet, type Random } from '@srvkit/selection';
import { createTestServer } from '@srvkit/test-server';
import { fewestSuccesses } from './binomial.ts';
import { createLossyRelay, type LossyRelay } from './lossy-relay.ts';
import type { SoakOptions, SoakReport } from './soak.ts';

const RESOLVES = 10_000;
const LOSS_PERCENT = 30;
const AT_A_TIME = 64;
// The schedule: two servers, two rounds, 200 + 200 + 400 + 400 ms. The deadline comes in the last try, so that everything that fails runs into it.
const SERVERS = 2;
const ATTEMPTS = 2;
const TRY_TIMEOUT_MS = 200;
const DEADLINE_MS = 1000;
/** How late a timer may be on a busy machine. */
const TOLERANCE_MS = 250;
const ALPHA = 1e-6;

/**
 * Resolves through two servers behind a line that loses 30 % of the packets each way. None may be wrong or past its deadline, and as many must
 * succeed as the retry schedule allows.
 */
export async function loss({ count = RESOLVES, seed }: SoakOptions): Promise<SoakReport> {
  const domains = Array.from({ length: AT_A_TIME }, (_, index) => `d${index}.contoso.com`);
  const server = await createTestServer({ zones: [zoneOf(domains)] });
  const relays = await Promise.all(
    Array.from({ length: SERVERS }, (_, index) =>
      createLossyRelay({
        serverPort: Number(new URL(`dns://${server.address}`).port),
        lossPercent: LOSS_PERCENT,
        random: pcg32(seed, index + 1),
      }),
    ),
  );
  const resolver = createResolver({
    servers: relays.map(({ address }) => address),
    dns: { attempts: ATTEMPTS, tryTimeoutMs: TRY_TIMEOUT_MS, cache: false },
    timeoutMs: DEADLINE_MS,
    staggerMs: Infinity,
  });
  const seen: Seen = { resolves: 0, reached: 0, elapsedMs: [], broken: [] };
  try {
    const random = pcg32(seed);
    // A domain for each that is under way: two that ask the same question at the same time would share one answer.
    await Promise.all(
      domains.map((domain, index) => resolveOften(resolver, { domain, set: SETS[index % 2] ?? FIRST_SET, count, random, seen })),
    );
    return judge(seen, relays);
  } finally {
    await resolver.close();
    await Promise.all(relays.map((relay) => relay.close()));
    await server.close();
  }
}

/** What all resolves came to. */
interface Seen {
  resolves: number;
  reached: number;
  readonly elapsedMs: number[];
  readonly broken: string[];
}

interface Run {
  readonly domain: string;
  readonly set: PreparedSet;
  readonly count: number;
  readonly random: Random;
  readonly seen: Seen;
}

async function resolveOften(resolver: Resolver, { domain, set, count, random, seen }: Run): Promise<void> {
  while (seen.resolves < count) {
    seen.resolves += 1;
    const drawn = random.below(2 ** 32 - 1);
    const startedAt = performance.now();
    const resolution = await resolver.resolve({ service: '_vlmcs._tcp', domains: [domain] }, { probe, seed: drawn });
    seen.elapsedMs.push(performance.now() - startedAt);
    if (resolution.outcome === 'reached') seen.reached += 1;
    const wrong = findWrong(resolution, set, drawn);
    if (wrong !== undefined) seen.broken.push(`${domain}, seed ${drawn}: ${wrong}`);
  }
}

// Two sets, each with hosts that never work: in the first, one of the best priority; in the second, all of it.
const [FIRST_SET, SECOND_SET] = [
  prepareSet([srv(10, 60, 'up1'), srv(10, 30, 'up2'), srv(10, 10, 'down1'), srv(20, 0, 'up3')]),
  prepareSet([srv(10, 60, 'down1'), srv(10, 0, 'down2'), srv(20, 1, 'up1'), srv(20, 3, 'up2'), srv(20, 0, 'up3')]),
];
const SETS = [FIRST_SET, SECOND_SET];
// Addresses of both kinds, so that the SRV answer brings all there is to know, and its four tries decide.
const ADDRESSES = new Map(
  ['up1', 'up2', 'up3', 'down1', 'down2'].map((name, index) => [
    `${name}.contoso.com.`,
    [`192.0.2.${index + 1}`, `2001:db8::${index + 1}`],
  ]),
);

function srv(priority: number, weight: number, name: string): PreparedSet['groups'][number]['targets'][number] {
  return { priority, weight, port: 1688, target: parseDomainName(`${name}.contoso.com.`) };
}

function zoneOf(domains: readonly string[]): string {
  const records = domains.flatMap((domain, index) =>
    (SETS[index % 2] ?? FIRST_SET).groups.flatMap(({ targets }) =>
      targets.map(({ priority, weight, port, target }) => `_vlmcs._tcp.${domain}. SRV ${priority} ${weight} ${port} ${target.toString()}`),
    ),
  );
  const hosts = [...ADDRESSES].flatMap(([target, [v4 = '', v6 = '']]) => [`${target} A ${v4}`, `${target} AAAA ${v6}`]);
  const begin = ['$ORIGIN contoso.com.', '$TTL 3600', '@ SOA ns1 hostmaster 1 7200 900 1209600 3600', '@ NS ns1', 'ns1 A 127.0.0.1'];
  return [...begin, ...records, ...hosts, ''].join('\n');
}

function isUp(target: string): boolean {
  return target.startsWith('up');
}

async function probe({ target }: Endpoint): Promise<{ readonly outcome: 'reached' }> {
  if (isUp(target)) return { outcome: 'reached' };
  throw Object.assign(new Error(`${target} is down`), { code: 'ECONNREFUSED' });
}

/**
 * What is wrong with a resolution. The host must be the first in the order drawn that works. Before it stand hosts that do not, each once, none
 * of a worse priority; hosts that failed earlier may have been put last in their group.
 */
function findWrong({ outcome, host, attempts }: Resolution, set: PreparedSet, seed: number): string | undefined {
  if (outcome === 'failed' || outcome === 'timed-out')
    return attempts.length === 0 ? undefined : `${outcome} after ${attempts.length} attempts`;
  if (outcome !== 'reached' || host === null) return `the outcome is ${outcome}`;
  const order = [...drawOrder(set, pcg32(seed))];
  const first = order.find(({ target }) => isUp(target.toString()));
  if (first === undefined || host.target !== first.target.toString() || host.port !== first.port)
    return `${host.target}:${host.port} was reached, where ${String(first?.target)} comes first`;
  if (!(ADDRESSES.get(host.target) ?? []).includes(host.address ?? '')) return `${host.target} was reached at ${host.address}`;
  const before = attempts.slice(0, -1).map(({ target, address }) => `${target} ${address}`);
  const down = order.filter(({ target, priority }) => !isUp(target.toString()) && priority <= first.priority);
  const namesOf = (targets: typeof down): string[] =>
    targets.flatMap(({ target }) => (ADDRESSES.get(target.toString()) ?? []).map((address) => `${target.toString()} ${address}`));
  const mayFail = namesOf(down);
  const mustFail = namesOf(down.filter(({ priority }) => priority < first.priority));
  const isAllowed = new Set(before).size === before.length && before.every((tried) => mayFail.includes(tried));
  const isWhole = mustFail.every((tried) => before.includes(tried));
  return isAllowed && isWhole ? undefined : `before ${host.target} were tried: ${before.join(', ')}`;
}

function judge({ resolves, reached, elapsedMs, broken }: Seen, relays: readonly LossyRelay[]): SoakReport {
  const passes = 1 - LOSS_PERCENT / 100;
  const tries = SERVERS * ATTEMPTS;
  const share = 1 - (1 - passes ** 2) ** tries;
  const fewest = fewestSuccesses(resolves, share, ALPHA);
  const most = resolves - fewestSuccesses(resolves, 1 - share, ALPHA);
  const slowest = elapsedMs.reduce((one, other) => Math.max(one, other), 0);
  const late = elapsedMs.filter((ms) => ms > DEADLINE_MS + TOLERANCE_MS).length;
  const total = (name: keyof LossyRelay['counts']): number => relays.reduce((sum, { counts }) => sum + counts[name], 0);
  const problems = [
    ...broken,
    ...(late > 0 ? [`${late} came later than ${DEADLINE_MS} + ${TOLERANCE_MS} ms`] : []),
    ...(reached < fewest ? [`${reached} succeeded, fewer than ${fewest}`] : []),
    ...(reached > most ? [`${reached} succeeded, more than ${most}: the line does not lose what it should`] : []),
  ];
  return {
    lines: [
      `${resolves} resolves, ${AT_A_TIME} at a time, ${LOSS_PERCENT} % of UDP lost each way; TCP is not used`,
      `lost: ${total('lostQueries')} of ${total('queries')} queries, ${total('lostReplies')} of ${total('replies')} replies`,
      `wrong: ${broken.length}`,
      `slowest: ${slowest.toFixed(0)} ms of ${DEADLINE_MS} ms (timers may be ${TOLERANCE_MS} ms late); later: ${late}`,
      `succeeded: ${reached} = ${percent(reached / resolves)}`,
      `the schedule allows ${percent(share)}: ${tries} tries (${SERVERS} servers, ${ATTEMPTS} rounds), each passes with ${passes} x ${passes} = ${(passes ** 2).toFixed(2)}`,
      `so ${fewest} to ${most} (binomial, each side missed with a chance of ${ALPHA})`,
    ],
    broken: problems,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
