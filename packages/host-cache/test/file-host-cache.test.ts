import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { fileHostCache, type FileHostCacheOptions, HostCacheError, type HostCache } from '../src/index.ts';
import { host, hostCacheBattery, sharedHostCacheBattery } from './battery.ts';

/** Where all shall get their turn, however busy the machine is. */
const PATIENT = { lockTimeoutMs: 3_600_000 };

hostCacheBattery(test, (t, options) => fileHostCache(newFile(t), { ...options, ...PATIENT }));
sharedHostCacheBattery(test, (t, options) => fileHostCache(newFile(t), { ...options, ...PATIENT }));

test('the file is for its owner only, and says its version', async (t) => {
  const { file, cache } = open(t);
  await cache.set(host());
  t.is(statSync(file).mode & 0o777, 0o600);
  t.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { v: 1, entries: [host()] });
  t.deepEqual(readdirSync(dirname(file)), ['hosts.json']);
});

test('reading makes no file, and neither does forgetting nothing', async (t) => {
  const { file, cache } = open(t);
  await cache.list();
  await cache.clear();
  await cache.delete('_vlmcs._tcp');
  t.false(existsSync(file));
});

test('two caches on one file keep what both learn', async (t) => {
  const { file, cache } = open(t, PATIENT);
  const other = fileHostCache(file, PATIENT);
  await Promise.all(Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? cache : other).set(host({ scope: `s${at}` }))));
  t.is((await cache.list()).length, 10);
});

for (const [title, text] of [
  ['not JSON', '{"v":1,"entries":[{'],
  ['empty', ''],
  ['of another version', '{"v":2,"entries":[]}'],
  ['somebody else\u2019s', '{"name":"srvkit","version":"1.0.0"}'],
  ['a list', '[]'],
  ['without entries', '{"v":1,"entries":{}}'],
] as const) {
  test(`a file that is ${title} is not believed, kept aside and begun anew`, async (t) => {
    const { file, cache, warnings } = open(t);
    writeFileSync(file, text, { mode: 0o600 });
    t.deepEqual(await cache.list(), []);
    t.deepEqual(warnings, ['damaged']);
    t.is(readFileSync(file, 'utf8'), text);
    await cache.set(host());
    t.deepEqual(warnings, ['damaged', 'damaged', 'set-aside']);
    t.deepEqual(await cache.list(), [host()]);
    const [aside = ''] = readdirSync(dirname(file)).filter((name) => name.startsWith('hosts.json.damaged-'));
    t.is(readFileSync(join(dirname(file), aside), 'utf8'), text);
  });
}

test('entries that are not right are left out, the others used', async (t) => {
  const { file, cache, warnings } = open(t);
  const entries = [
    host({ scope: 'a' }),
    { ...host(), port: 'x' },
    null,
    { ...host(), __proto__: null, target: '\u001b.' },
    host({ scope: 'b' }),
  ];
  writeFileSync(file, JSON.stringify({ v: 1, entries }), { mode: 0o600 });
  t.deepEqual(await cache.list(), [host({ scope: 'a' }), host({ scope: 'b' })]);
  t.deepEqual(warnings, ['bad-entry', 'bad-entry', 'bad-entry']);
});

test('a file of absurd size is not read', async (t) => {
  const { file, cache, warnings } = open(t);
  writeFileSync(file, ' '.repeat(16 * 1024 * 1024 + 1), { mode: 0o600 });
  t.deepEqual(await cache.list(), []);
  t.deepEqual(warnings, ['damaged']);
});

test('what would make a file of absurd size is refused, and what the file holds is kept', async (t) => {
  const { file, cache, warnings } = open(t);
  const held = Array.from({ length: 5000 }, (_, at) => host({ scope: String(at).padEnd(4096, 'x') })); // the longest scopes
  const textOf = (count: number) => JSON.stringify({ v: 1, entries: held.slice(0, count) }, null, 2);
  const most = Math.floor((16 * 1024 * 1024) / (textOf(2).length - textOf(1).length));
  writeFileSync(file, textOf(most), { mode: 0o600 });
  const error = await t.throwsAsync(cache.set(host({ scope: 'y'.repeat(4096) })), { instanceOf: HostCacheError });
  t.is(error.code, 'NOT_WRITABLE');
  t.is((await cache.list()).length, most);
  t.deepEqual(readdirSync(dirname(file)), ['hosts.json']);
  t.deepEqual(warnings, []);
});

test('a file others may write to is used with a warning, and made private by the next change', async (t) => {
  const { file, cache, warnings } = open(t);
  await cache.set(host());
  chmodSync(file, 0o622);
  t.is((await cache.list()).length, 1);
  t.deepEqual(warnings, ['writable-by-others']);
  await cache.set(host({ scope: 'b' }));
  t.is(statSync(file).mode & 0o777, 0o600);
});

test('a symbolic link is not followed', async (t) => {
  const { file, cache } = open(t);
  const target = `${file}.target`;
  writeFileSync(target, 'precious');
  symlinkSync(target, file);
  const refused = { instanceOf: HostCacheError, code: 'NOT_A_FILE', message: /symbolic link/ };
  await t.throwsAsync(cache.list(), refused);
  await t.throwsAsync(cache.set(host()), refused);
  t.is(readFileSync(target, 'utf8'), 'precious');
  t.false(existsSync(`${file}.lock`));
});

test('a folder is not a file', async (t) => {
  const { file, cache } = open(t);
  mkdirSync(file);
  await t.throwsAsync(cache.list(), { instanceOf: HostCacheError, code: 'NOT_A_FILE' });
});

test('a folder that does not exist is named', async (t) => {
  const cache = fileHostCache(join(dirname(newFile(t)), 'nowhere', 'hosts.json'));
  t.deepEqual(await cache.list(), []);
  await t.throwsAsync(cache.set(host()), { instanceOf: HostCacheError, code: 'NOT_WRITABLE', message: /nowhere/ });
});

test('a file that is not named by text is refused', (t) => {
  for (const file of [undefined, null, 5, '', new URL('file:///hosts.json')])
    t.throws(() => fileHostCache(file as string), { instanceOf: TypeError, message: /the file of the host cache/ });
});

test('a time to wait that is none is refused', (t) => {
  for (const lockTimeoutMs of [-1, 0.5, Number.NaN, Infinity])
    t.throws(() => fileHostCache('hosts.json', { lockTimeoutMs }), { instanceOf: RangeError, message: /lockTimeoutMs/ });
});

test('a lock that others hold is waited for, and broken when they have left it behind', async (t) => {
  const { file, cache } = open(t, { lockTimeoutMs: 30 });
  writeFileSync(`${file}.lock`, '');
  await t.throwsAsync(cache.set(host()), { instanceOf: HostCacheError, code: 'LOCKED', message: /hosts\.json\.lock/ });
  t.deepEqual(readdirSync(dirname(file)), ['hosts.json.lock']);
  utimesSync(`${file}.lock`, 0, 0);
  await cache.set(host());
  t.deepEqual(readdirSync(dirname(file)), ['hosts.json']);
});

test('of several that find a lock left behind, all get their turn', async (t) => {
  const { file } = open(t);
  writeFileSync(`${file}.lock`, '');
  utimesSync(`${file}.lock`, 0, 0);
  await Promise.all(Array.from({ length: 8 }, (_, at) => fileHostCache(file, PATIENT).set(host({ scope: `s${at}` }))));
  t.is((await fileHostCache(file).list()).length, 8);
  t.deepEqual(readdirSync(dirname(file)), ['hosts.json']);
});

test('what writers left half done that were ended is removed', async (t) => {
  const { file, cache } = open(t);
  for (const name of ['lock.0d.new', '01234567-89ab-cdef-0123-456789abcdef.tmp']) {
    writeFileSync(`${file}.${name}`, '{"v":1,"ent');
    utimesSync(`${file}.${name}`, 0, 0);
  }
  await cache.set(host());
  t.deepEqual(readdirSync(dirname(file)), ['hosts.json']);
});

test('files beside it that are not ours stay', async (t) => {
  const { file, cache } = open(t);
  const others = ['hosts.json.damaged-01', 'hosts.json.lock.mine', 'hosts.json.old.tmp', 'hosts.json2.lock'];
  for (const name of others) writeFileSync(join(dirname(file), name), '');
  await cache.set(host());
  t.deepEqual(readdirSync(dirname(file)), ['hosts.json', ...others]);
});

test('who lost its turn while it was suspended overwrites nothing, and has another one', async (t) => {
  const file = newFile(t);
  const folder = dirname(file);
  let isFirst = true;
  // Warned between reading and replacing, that is, where a suspended process may be overtaken by the next owner of the lock.
  const onWarning = (): void => {
    if (!isFirst) return;
    isFirst = false;
    for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name));
    writeFileSync(file, JSON.stringify({ v: 1, entries: [host({ scope: 'a' }), host({ scope: 'b' })] }));
  };
  writeFileSync(file, JSON.stringify({ v: 1, entries: [host({ scope: 'a' })] }));
  chmodSync(file, 0o622);
  const cache = fileHostCache(file, { onWarning });
  await cache.set(host({ scope: 'c' }));
  t.deepEqual(
    (await cache.list()).map(({ scope }) => scope),
    ['a', 'b', 'c'],
  );
});

test('who finds another in its lock just before it replaces the file overwrites nothing, and waits for its turn', async (t) => {
  const file = newFile(t);
  const newer = JSON.stringify({ v: 1, entries: [host({ scope: 'a' }), host({ scope: 'b' })] });
  let now = Date.now();
  let isFirst = true;
  // Warned between reading and replacing: suspended there for three seconds in one container, while a process of another takes the lock.
  const onWarning = (): void => {
    if (!isFirst) return;
    isFirst = false;
    now += 3001;
    writeFileSync(`${file}.lock`, JSON.stringify({ token: '0a', pid: 1, started: '1', place: 'elsewhere' }));
    utimesSync(`${file}.lock`, now / 1000, now / 1000);
    writeFileSync(file, newer);
  };
  writeFileSync(file, JSON.stringify({ v: 1, entries: [host({ scope: 'a' })] }));
  chmodSync(file, 0o622);
  const cache = fileHostCache(file, { onWarning, lockTimeoutMs: 0, now: () => now });
  await t.throwsAsync(cache.set(host({ scope: 'c' })), { instanceOf: HostCacheError, code: 'LOCKED' });
  t.is(readFileSync(file, 'utf8'), newer);
  t.deepEqual(readdirSync(dirname(file)), ['hosts.json', 'hosts.json.lock']);
  now += 3001; // the other one has left it behind
  await cache.set(host({ scope: 'c' }));
  t.deepEqual(
    (await cache.list()).map(({ scope }) => scope),
    ['a', 'b', 'c'],
  );
});

test('a symbolic link where the lock should be is not followed', async (t) => {
  const { file, cache } = open(t);
  symlinkSync(`${file}.target`, `${file}.lock`);
  await t.throwsAsync(cache.set(host()), { instanceOf: HostCacheError, code: 'LOCKED', message: /hosts\.json\.lock: .*remove it/ });
  t.false(existsSync(`${file}.target`));
});

test('a folder where the lock should be is left where it is', async (t) => {
  const { file, cache } = open(t);
  mkdirSync(`${file}.lock`);
  utimesSync(`${file}.lock`, new Date(0), new Date(0));
  await t.throwsAsync(cache.set(host()), { instanceOf: HostCacheError, code: 'LOCKED', message: /hosts\.json\.lock: .*remove it/ });
  t.deepEqual(readdirSync(dirname(file)), ['hosts.json.lock']);
});

test('a lock that somebody took away meanwhile does not spoil the change', async (t) => {
  const { file, cache } = open(t);
  const changing = cache.set(host());
  while (!existsSync(`${file}.lock`)) await new Promise(setImmediate);
  rmSync(`${file}.lock`, { force: true });
  await changing;
  t.is((await cache.list()).length, 1);
});

test('waiting for a lock ends with the reason of the signal', async (t) => {
  const { file, cache } = open(t);
  writeFileSync(`${file}.lock`, '');
  const controller = new AbortController();
  const reason = new Error('enough');
  const waiting = cache.set(host(), { signal: controller.signal });
  controller.abort(reason);
  t.is(await t.throwsAsync(waiting), reason);
  rmSync(`${file}.lock`);
  await cache.set(host());
  t.is((await cache.list()).length, 1);
});

function open(t: ExecutionContext, options: FileHostCacheOptions = {}): { file: string; cache: HostCache; warnings: string[] } {
  const file = newFile(t);
  const warnings: string[] = [];
  return { file, warnings, cache: fileHostCache(file, { ...options, onWarning: ({ code }) => warnings.push(code) }) };
}

function newFile(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-host-cache-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return join(folder, 'hosts.json');
}
