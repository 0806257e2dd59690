import test from 'ava';
import { keyFilePermissions } from '@srvkit/dns';
import type { KeyFilePermissions } from '@srvkit/dns';

const permissions: readonly (readonly [mode: number, kind: KeyFilePermissions['kind']])[] = [
  [0o100600, 'private'],
  [0o100400, 'private'],
  [0o100700, 'private'],
  [0o100640, 'readable-by-others'],
  [0o100604, 'readable-by-others'],
  [0o100644, 'readable-by-others'],
  [0o100660, 'writable-by-others'],
  [0o100602, 'writable-by-others'],
  [0o100620, 'writable-by-others'],
  [0o100666, 'writable-by-others'],
];

for (const [mode, kind] of permissions) {
  test(`a key file of mode ${mode.toString(8)} is ${kind}`, (t) => {
    const verdict = keyFilePermissions(mode, 'east.key');
    t.is(verdict.kind, kind);
    if (verdict.kind !== 'private') t.regex(verdict.message, /^east\.key: .*mode 0\d{3}.*chmod 600$/);
  });
}
