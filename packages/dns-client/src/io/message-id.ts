import { randomFillSync } from 'node:crypto';

const pool = new Uint16Array(2048);
let left = 0;

/** An unpredictable 16-bit message id (srv M1). Drawn from the system's generator, 2048 at a time. */
export function randomMessageId(): number {
  if (left === 0) {
    randomFillSync(pool);
    left = pool.length;
  }
  left -= 1;
  return pool[left] ?? 0;
}
