import { figures } from './compare.ts';
import { inOwnProcess } from './own-process.ts';
import type { Row, Unit } from './row.ts';

interface Played {
  readonly perSecond: number;
  readonly seconds: number;
  readonly residentMiB: number;
  readonly octetsAClient: number;
}

// How many million clients, how often, and the passes a second that are wanted (design.md section 6).
const SIZES = [
  { name: '10 thousand', millions: 0.01, rounds: 5, wanted: null },
  { name: '1 million', millions: 1, rounds: 3, wanted: 1_500_000 },
  { name: '10 million', millions: 10, rounds: 1, wanted: 750_000 },
] as const;
const MOST_OCTETS = 64;

/** Thirty days of forty sites with every feature on, at three sizes, each in a process of its own. */
export async function simulatorRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, millions, rounds, wanted } of SIZES) {
    const played: Played[] = [];
    for (let round = 0; round < rounds; round += 1)
      played.push(await inOwnProcess<Played>('simulator-process.ts', String(millions), `the simulation of ${name} clients`));
    const figure = (what: string, unit: Unit, of: (each: Played) => number): Row => row(`simulator, ${name}${what}`, unit, played.map(of));
    const perSecond = figure(' clients', '/s', (each) => each.perSecond);
    rows.push(wanted === null ? perSecond : judged(perSecond, `at least ${wanted}/s`, perSecond.ours.median >= wanted));
    rows.push(figure(': time', 's', (each) => each.seconds));
    rows.push(figure(': resident', 'MiB', (each) => each.residentMiB));
    if (millions < 1) continue;
    const octets = figure(': a client', 'octets', (each) => each.octetsAClient);
    rows.push(judged(octets, `at most ${MOST_OCTETS} octets`, octets.ours.median <= MOST_OCTETS));
  }
  return rows;
}

function row(name: string, unit: Unit, rounds: readonly number[]): Row {
  return { kind: 'measured', name, unit, ours: figures(rounds), peer: null, peerName: null, ratio: null, target: null, met: null };
}

function judged(measured: Row, target: string, met: boolean): Row {
  return { ...measured, target, met };
}
