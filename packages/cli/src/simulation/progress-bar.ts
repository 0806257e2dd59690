import type { Io } from '../io.ts';

const BAR = 30;

/** How far something has come, from 0 to 1, and how long the rest will take: one line of a terminal that is written over and over. */
export function showProgress(done: number, what: string, startedAt: number, io: Io): void {
  if (!io.stderr.isTerminal) return;
  const filled = Math.round(done * BAR);
  const elapsedMs = io.now() - startedAt;
  const left = done > 0.02 ? `, ${Math.ceil((elapsedMs * (1 - done)) / done / 1000)} s left` : '';
  io.stderr.write(`\r\u001b[K${'#'.repeat(filled)}${'.'.repeat(BAR - filled)} ${what}${left}`);
}

/** Takes the line away again. */
export function clearProgress(io: Io): void {
  if (io.stderr.isTerminal) io.stderr.write('\r\u001b[K');
}
