import { randomFillSync } from 'node:crypto';

const pool = new Uint32Array(2048);
let left = 0;

/** An unpredictable unsigned 32-bit integer. Drawn from the system's generator, 2048 at a time: asking it costs more than what it gives. */
export function drawSeed(): number {
  if (left === 0) {
    randomFillSync(pool);
    left = pool.length;
  }
  left -= 1;
  return pool[left] ?? 0;
}
