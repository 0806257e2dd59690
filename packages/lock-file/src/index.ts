export { holdLock } from './io/hold-lock.ts';
export type { HeldLock, HoldLockOptions } from './io/hold-lock.ts';
export { LockError } from './lock-error.ts';
