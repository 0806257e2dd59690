/** The licence states by their numbers in events and WMI (kms T-08). */
export const LICENCE_STATES = [
  'unlicensed',
  'licensed',
  'out-of-box grace',
  'out-of-tolerance grace',
  'non-genuine grace',
  'notification',
  'extended grace',
] as const;
/** One of the licence states. */
export type LicenceState = (typeof LICENCE_STATES)[number];
