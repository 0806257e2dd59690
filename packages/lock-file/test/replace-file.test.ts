import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { removeUnfinished, replaceFile } from '../src/index.ts';

test('a file is replaced as a whole, for its owner only, with nothing beside it', async (t) => {
  const file = await fileIn(t);
  t.true(await replaceFile(file, () => Promise.resolve('one')));
  t.true(await replaceFile(file, () => Promise.resolve('two')));
  t.is(await readFile(file, 'utf8'), 'two');
  t.is((await stat(file)).mode & 0o777, 0o600);
  t.deepEqual(await readdir(dirname(file)), ['file']);
});

for (const [title, make, last, want] of [
  ['nothing to be written', () => Promise.resolve(undefined), undefined, true],
  ['an error while it is made', () => Promise.reject(new Error('enough')), undefined, 'enough'],
  ['an error at the last moment', () => Promise.resolve('new'), () => Promise.reject(new Error('lost')), 'lost'],
] as const) {
  test(`${title} leaves the file as it was, and nothing beside it`, async (t) => {
    const file = await fileIn(t);
    await writeFile(file, 'old');
    const replaced = replaceFile(file, make, last);
    if (want === true) t.true(await replaced);
    else await t.throwsAsync(replaced, { message: want });
    t.is(await readFile(file, 'utf8'), 'old');
    t.deepEqual(await readdir(dirname(file)), ['file']);
  });
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

async function fileIn(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-replace-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, 'file');
}
