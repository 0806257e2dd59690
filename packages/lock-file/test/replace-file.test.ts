import * as fs from 'node:fs/promises';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { removeUnfinished, replaceFile } from '../src/index.ts';
import type { Disk } from '../src/index.ts';

test('a file is replaced as a whole, for its owner only, with nothing beside it', async (t) => {
  const file = await fileIn(t);
  t.true(await replaceFile(file, () => Promise.resolve('one')));
  t.true(await replaceFile(file, () => Promise.resolve('two')));
  t.is(await readFile(file, 'utf8'), 'two');
  t.is((await stat(file)).mode & 0o777, 0o600);
  t.deepEqual(await readdir(dirname(file)), ['file']);
});

for (const [title, make, options, want] of [
  ['nothing to be written', () => Promise.resolve(undefined), {}, true],
  ['a lock that was lost', () => Promise.resolve('new'), { mayReplace: () => Promise.resolve(false) }, false],
  ['an error while it is made', () => Promise.reject(new Error('enough')), {}, 'enough'],
  ['an error at the last moment', () => Promise.resolve('new'), { mayReplace: () => Promise.reject(new Error('lost')) }, 'lost'],
] as const) {
  test(`${title} leaves the file as it was, and nothing beside it`, async (t) => {
    const file = await fileIn(t);
    await writeFile(file, 'old');
    const replaced = replaceFile(file, make, options);
    if (typeof want === 'boolean') t.is(await replaced, want);
    else await t.throwsAsync(replaced, { message: want });
    t.is(await readFile(file, 'utf8'), 'old');
    t.deepEqual(await readdir(dirname(file)), ['file']);
  });
}

for (const call of ['open', 'writeFile', 'sync', 'rename'] as const) {
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EMFILE', 'EIO']) {
    test(`${call} that ends in ${code} leaves the file as it was, and nothing beside it`, async (t) => {
      const file = await fileIn(t);
      await writeFile(file, 'old');
      await t.throwsAsync(
        replaceFile(file, () => Promise.resolve('new'), { disk: diskFailing(call, code) }),
        { code },
      );
      t.is(await readFile(file, 'utf8'), 'old');
      t.deepEqual(await readdir(dirname(file)), ['file']);
    });
  }
}

test('who lost its turn meanwhile overwrites nothing newer', async (t) => {
  const file = await fileIn(t);
  const overtaken = async (): Promise<string> => {
    await removeUnfinished(file);
    await writeFile(file, 'newer');
    return 'older';
  };
  t.false(await replaceFile(file, overtaken));
  t.is(await readFile(file, 'utf8'), 'newer');
  t.deepEqual(await readdir(dirname(file)), ['file']);
});

/** A disk on which one call fails; a write, when half of it is done. */
function diskFailing(call: 'open' | 'writeFile' | 'sync' | 'rename', code: string): Disk {
  const fail = (): never => {
    throw Object.assign(new Error(code), { code });
  };
  return {
    ...fs,
    open: async (path, flags, mode) => {
      if (call === 'open') fail();
      const handle = await fs.open(path, flags, mode);
      if (call === 'sync') handle.sync = async () => fail();
      if (call === 'writeFile')
        handle.writeFile = async () => {
          await handle.write('n');
          fail();
        };
      return handle;
    },
    ...(call === 'rename' ? { rename: async () => fail() } : {}),
  };
}

async function fileIn(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-replace-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, 'file');
}
