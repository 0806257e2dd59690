const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** The key of the parent name: `tcp.example.org.` of `_vlmcs.tcp.example.org.`; undefined for the root's. Dots behind a backslash belong to a label. */
export function parentKey(key: string): string | undefined {
  if (key === '.') return undefined;
  for (let at = 0; at < key.length - 1; at += 1) {
    const character = key.charCodeAt(at);
    if (character === BACKSLASH) at += 1;
    else if (character === DOT) return key.slice(at + 1);
  }
  return '.';
}

/** The key of the wildcard directly below a name (RFC 4592 section 2.1.1). */
export function wildcardKey(key: string): string {
  return key === '.' ? '*.' : `*.${key}`;
}
