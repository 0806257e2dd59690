import test from 'ava';
import { whyRefused } from '../src/index.ts';

for (const [code, says] of [
  ['ENOSPC', 'its disk is full: free space there, or name a place on another disk (ENOSPC)'],
  ['EDQUOT', 'the disk quota of this user is used up: free space, or have the quota raised (EDQUOT)'],
  ['EFBIG', 'it would be larger than this process may make a file: raise that limit (ulimit -f) (EFBIG)'],
  ['EROFS', 'its file system is mounted read-only: mount it for writing, or name a place elsewhere (EROFS)'],
  ['EACCES', 'this user has no right to it: give the right to the file and its folder, or name another place (EACCES)'],
  ['EMFILE', 'this process has too many files open: raise that limit (ulimit -n) (EMFILE)'],
  ['EXYZ', 'the system refuses (EXYZ)'],
] as const) {
  test(`${code} is told with its reason and the remedy`, (t) => {
    t.is(whyRefused(Object.assign(new Error('of the system'), { code })), says);
  });
}

test('what is no error of the system is told as it is', (t) => {
  t.is(whyRefused(new Error('enough')), 'the system refuses (Error: enough)');
});
