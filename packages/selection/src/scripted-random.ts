import type { Random } from './random.ts';

/**
 * A `Random` for tests that gives `draws` in their order. Throws a `RangeError` when a value does not fit the bound it is asked for, or
 * when the script is at its end: a test then knows that the code drew something else than the script says.
 */
export function scriptedRandom(draws: readonly number[]): Random {
  let at = 0;
  return {
    below(bound) {
      const draw = draws[at];
      if (draw === undefined) throw new RangeError(`draw ${at + 1} below ${bound}: the script has only ${draws.length}`);
      if (!Number.isInteger(draw) || draw < 0 || draw >= bound) {
        throw new RangeError(`draw ${at + 1}: the script says ${draw}, which is not an integer in 0..${bound - 1}`);
      }
      at += 1;
      return draw;
    },
  };
}
