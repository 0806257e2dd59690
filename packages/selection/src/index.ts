// Prepare an RRset once, draw from it often.
export { MAX_TARGETS, prepareSet } from './prepared-set.ts';
export type { Group, Law, PreparedSet, SrvTarget } from './prepared-set.ts';
export { Draw, drawOrder } from './draw.ts';
export type { DrawOptions } from './draw.ts';
// Chance.
export { pcg32 } from './pcg32.ts';
export type { Pcg32 } from './pcg32.ts';
export type { Random } from './random.ts';
export { scriptedRandom } from './scripted-random.ts';
// The exact law of a set.
export { exactFirstChoice, exactOrderings } from './exact-law.ts';
export type { FirstChoiceOptions, Ordering, Share } from './exact-law.ts';
export { formatRational, toNumber } from './rational.ts';
export type { Rational } from './rational.ts';
