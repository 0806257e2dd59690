export { holdLock } from './io/hold-lock.ts';
export type { HeldLock, HoldLockOptions } from './io/hold-lock.ts';
export { withLock } from './io/with-lock.ts';
export type { WithLockOptions } from './io/with-lock.ts';
export { removeUnfinished, replaceFile, syncFolder } from './io/replace-file.ts';
export type { Disk, ReplaceFileOptions } from './io/replace-file.ts';
export { LockError } from './lock-error.ts';
export { linkOrCopy } from './io/link-or-copy.ts';
export { codeOf, whyRefused } from './system-error.ts';
