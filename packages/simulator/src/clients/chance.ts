import { pcg32 } from '@srvkit/selection';
import type { Random } from '@srvkit/selection';

/**
 * Where the chance of a simulation comes from: every number is a function of the seed, the client and the number of the draw, so that one
 * more group of clients, or one more attempt of a client, changes nothing for the others. A client is its group's name and its number
 * in the group.
 */
export function groupSeed(seed: number, group: string): number {
  let hash = mix(seed, group.length);
  for (let at = 0; at < group.length; at += 1) hash = mix(hash, group.charCodeAt(at));
  return hash;
}

/** A number from 0 to `bound` - 1 (`bound` at most 2^32) for what is settled once for a client, such as when it arrives; `draw` says for what. */
export function settledBelow(seed: number, client: number, draw: number, bound: number): number {
  return Math.floor((mix(mix(seed, client), draw) / 2 ** 32) * bound);
}

/** The random source of one client's pass. Costs nothing until something is drawn: a client with a remembered host draws nothing. */
export class PassRandom implements Random {
  readonly #random = pcg32(0);
  #seed = 0;
  #client = 0;
  #pass = 0;
  #isDrawn = false;

  /** `client`: its number in the group. `pass`: how many passes it has made before. */
  begin(seed: number, client: number, pass: number): void {
    this.#seed = seed;
    this.#client = client;
    this.#pass = pass;
    this.#isDrawn = false;
  }

  below(bound: number): number {
    if (!this.#isDrawn) this.#random.restart(mix(this.#seed, this.#pass), this.#client);
    this.#isDrawn = true;
    return this.#random.below(bound);
  }
}

/** Two 32-bit numbers to one, every bit of it depending on every bit of both (the finalizer of MurmurHash3). */
function mix(a: number, b: number): number {
  let hash = (Math.imul(a, 0x9e37_79b1) + b) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
