const READABLE_BY_OTHERS = 0o044;
const WRITABLE_BY_OTHERS = 0o022;

/** What a key file's permissions mean: use it, use it with a warning, or do not use it. The message names the remedy. */
export type KeyFilePermissions =
  | { readonly kind: 'private' }
  | { readonly kind: 'readable-by-others'; readonly message: string }
  | { readonly kind: 'writable-by-others'; readonly message: string };

/**
 * Judges the mode bits of a key file as `stat` gives them: writable by group or others is to be refused, readable by them deserves a
 * warning. `file` is for the message. Where the system has no such bits (Windows), do not ask.
 */
export function keyFilePermissions(mode: number, file: string): KeyFilePermissions {
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  if ((mode & WRITABLE_BY_OTHERS) !== 0) {
    const message = `${file}: others than its owner can write this key file (mode ${octal}), so it is not used: chmod 600`;
    return { kind: 'writable-by-others', message };
  }
  if ((mode & READABLE_BY_OTHERS) !== 0)
    return { kind: 'readable-by-others', message: `${file}: others than its owner can read this key file (mode ${octal}): chmod 600` };
  return { kind: 'private' };
}
