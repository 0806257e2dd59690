import type { Figures, Row, Unit } from './row.ts';

const ROUNDS = 5;
const TURNS = 4;

/** What a row compares, and what it must reach. */
export interface Comparison {
  readonly name: string;
  readonly unit: Unit;
  /** Null: for comparison only; the ratio is then of the rates. */
  readonly target: Target | null;
  /** Measures one turn and gives its figure, in `unit`. */
  readonly ours: Turn;
  readonly peer: { readonly name: string; readonly turn: Turn } | null;
  /** How many turns each side has in a round, alternating. Default 4: short turns, so that a noisy machine is noisy for both. */
  readonly turns?: number;
}

export type Turn = () => number | Promise<number>;

/**
 * - `times as fast`: how often ours is done in the time of the peer is at least `bound`, of times or of rates
 * - `of its time`: our time is at most `bound` of the peer's
 * - `under`: our own figure stays below `bound`
 */
export interface Target {
  readonly kind: 'times as fast' | 'of its time' | 'under';
  readonly bound: number;
}

/** Measures a row: a round for warm-up, then five that count. A round's figure is the mean of its turns. */
export async function compare({ name, unit, target, ours, peer, turns = TURNS }: Comparison): Promise<Row> {
  const our: number[] = [];
  const their: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    let [ourSum, theirSum] = [0, 0];
    for (let turn = 0; turn < turns; turn += 1) {
      ourSum += await ours();
      if (peer !== null) theirSum += await peer.turn();
    }
    our.push(ourSum / turns);
    if (peer !== null) their.push(theirSum / turns);
  }
  const mine = figures(our.slice(1));
  const peers = peer === null ? null : figures(their.slice(1));
  const ratio = peers === null ? null : ratioOf(mine.median, peers.median, target, unit);
  return {
    kind: 'measured',
    name,
    unit,
    ours: mine,
    peer: peers,
    peerName: peer?.name ?? null,
    ratio,
    target: target === null ? null : words(target, unit),
    met: target === null ? null : isMet(target, ratio ?? mine.median),
  };
}

/** How long one run of `operation` takes, in nanoseconds, from `runs` of them. Its result is looked at, so that it cannot be optimised away. */
export function nanosecondsARun(operation: () => unknown, runs: number): number {
  let seen: unknown;
  const start = process.hrtime.bigint();
  for (let run = 0; run < runs; run += 1) seen = operation();
  const elapsed = Number(process.hrtime.bigint() - start);
  if (seen === undefined) throw new Error('the operation under measure gives nothing');
  return elapsed / runs;
}

function isMet({ kind, bound }: Target, reached: number): boolean {
  if (kind === 'under') return reached < bound;
  return kind === 'of its time' ? reached <= bound : reached >= bound;
}

function ratioOf(ours: number, peer: number, target: Target | null, unit: Unit): number {
  const [slower, faster] = unit === '/s' ? [peer, ours] : [ours, peer];
  return target?.kind === 'of its time' ? slower / faster : faster / slower;
}

function words({ kind, bound }: Target, unit: Unit): string {
  if (kind === 'under') return `under ${bound} ${unit}`;
  if (kind === 'of its time') return `at most ${bound} of its time`;
  return bound === 1 ? 'as fast' : bound > 1 ? `${bound} times as fast` : `${bound} of its rate`;
}

/** The median of rounds between the least and the most. */
export function figures(rounds: readonly number[]): Figures {
  const sorted = rounds.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? Number.NaN, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}
