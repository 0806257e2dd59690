/** The code of a system error, such as `ENOENT`; of anything else its text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Why the system refuses a file, what to do about it, and its code: the end of a message that begins with the file. */
export function whyRefused(error: unknown): string {
  const code = codeOf(error);
  const reason = REASONS.get(code);
  return reason === undefined ? `the system refuses (${code})` : `${reason} (${code})`;
}

/** Of what goes wrong with files that programs keep: the reason, and the remedy. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'its disk is full: free space there, or name a place on another disk'],
  ['EDQUOT', 'the disk quota of this user is used up: free space, or have the quota raised'],
  ['EFBIG', 'it would be larger than this process may make a file: raise that limit (ulimit -f)'],
  ['EROFS', 'its file system is mounted read-only: mount it for writing, or name a place elsewhere'],
  ['EACCES', 'this user has no right to it: give the right to the file and its folder, or name another place'],
  ['EPERM', 'this user may not do that: look at the owner and the attributes of the file and its folder, or name another place'],
  ['EMFILE', 'this process has too many files open: raise that limit (ulimit -n)'],
  ['ENFILE', 'the system has too many files open: end other programs, or raise its limit'],
  ['EIO', 'the disk fails: look into the log of the system, and at the disk'],
  ['ENOENT', 'its folder is not there: make the folder first'],
  ['ENOTDIR', 'a part of the path is not a folder: name another place'],
  ['EISDIR', 'it is a folder: name a file'],
  ['ELOOP', 'it is a symbolic link, which is not followed: name the file itself'],
  ['ENAMETOOLONG', 'its name is too long: name a shorter one'],
]);
