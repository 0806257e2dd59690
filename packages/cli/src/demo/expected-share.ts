import { exactFirstChoice, toNumber } from '@srvkit/selection';
import type { PreparedSet } from '@srvkit/selection';

/** Which part of the clients is with which host: target to a share from 0 to 1. */
export type Shares = ReadonlyMap<string, number>;

/** Where clients without a memory go: to the first host in the drawn order that is up. Exact, from the law itself. */
export function sharesByLaw(set: PreparedSet, isUp: (target: string) => boolean): Shares {
  const shares = exactFirstChoice(set, { failed: ({ target }) => !isUp(target.toString()) });
  return new Map(shares.map(({ target, probability }) => [target.target.toString(), toNumber(probability)]));
}

/** Where clients that remember go: they stay while their host is up, and the others choose anew by the law (kms C-04, C-05). */
export function sharesWithMemory(before: Shares, set: PreparedSet, isUp: (target: string) => boolean): Shares {
  const anew = sharesByLaw(set, isUp);
  const moving = [...before].reduce((sum, [target, share]) => (isUp(target) ? sum : sum + share), 0);
  return new Map([...anew].map(([target, share]) => [target, (isUp(target) ? (before.get(target) ?? 0) : 0) + moving * share]));
}
