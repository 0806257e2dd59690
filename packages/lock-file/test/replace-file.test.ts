import * as fs from 'node:fs/promises';
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
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

test("rights are kept where that is asked for; a file that is new is its owner's only", async (t) => {
  const file = await fileIn(t);
  t.true(await replaceFile(file, () => Promise.resolve(Uint8Array.of(0xff, 0xfe)), { keepRights: true }));
  t.is((await stat(file)).mode & 0o777, 0o600);
  t.deepEqual([...(await readFile(file))], [0xff, 0xfe]);
  await chmod(file, 0o664); // what the mask of the process would not allow
  t.true(await replaceFile(file, () => Promise.resolve('new'), { keepRights: true }));
  t.is((await stat(file)).mode & 0o777, 0o664);
});

const asRoot = process.getuid?.() === 0 ? test : test.skip; // nobody else may give files away

asRoot('the owner is kept, and so is the group', async (t) => {
  const file = await fileIn(t);
  await writeFile(file, 'old');
  await chown(file, 4711, 4712);
  t.true(await replaceFile(file, () => Promise.resolve('new'), { keepRights: true }));
  const { uid, gid } = await stat(file);
  t.deepEqual([uid, gid], [4711, 4712]);
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

for (const call of ['open', 'stat', 'chown', 'chmod', 'writeFile', 'sync', 'rename'] as const) {
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'EIO']) {
    test(`${call} that ends in ${code} leaves the file as it was, and nothing beside it`, async (t) => {
      const file = await fileIn(t);
      await writeFile(file, 'old');
      await t.throwsAsync(
        replaceFile(file, () => Promise.resolve('new'), { keepRights: true, disk: diskFailing(call, code) }),
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

type Call = 'open' | 'stat' | 'chown' | 'chmod' | 'writeFile' | 'sync' | 'rename';

/** A disk on which one call fails; a write, when half of it is done. What is replaced there is another user's. */
function diskFailing(call: Call, code: string): Disk {
  const fail = async (): Promise<never> => {
    throw Object.assign(new Error(code), { code });
  };
  const open: Disk['open'] = async (path, flags, mode) => {
    if (call === 'open') return fail();
    const handle = await fs.open(path, flags, mode);
    handle.stat = (async () => ({ uid: -1, gid: -1 })) as unknown as typeof handle.stat;
    handle.chown = () => Promise.resolve();
    if (call === 'writeFile') handle.writeFile = () => handle.write('n').then(fail);
    if (call === 'chown' || call === 'chmod' || call === 'sync') handle[call] = fail;
    return handle;
  };
  return { ...fs, open, ...(call === 'stat' || call === 'rename' ? { [call]: fail } : {}) };
}

async function fileIn(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-replace-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, 'file');
}
