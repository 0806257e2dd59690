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
import { host, hostCacheBattery } from './battery.ts';

hostCacheBattery(test, (t, options) => fileHostCache(newFile(t), options));

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
  const { file, cache } = open(t);
  const other = fileHostCache(file);
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

test('a lock held by somebody is waited for, and not for ever', async (t) => {
  const { file, cache } = open(t, { lockTimeoutMs: 30 });
  writeFileSync(`${file}.lock`, '');
  await t.throwsAsync(cache.set(host()), { instanceOf: HostCacheError, code: 'LOCKED', message: /hosts\.json\.lock/ });
  rmSync(`${file}.lock`);
  await cache.set(host());
  t.is((await cache.list()).length, 1);
});

test('a lock that was left behind is broken', async (t) => {
  const { file, cache } = open(t);
  writeFileSync(`${file}.lock`, '');
  utimesSync(`${file}.lock`, new Date(0), new Date(0));
  await cache.set(host());
  t.deepEqual(readdirSync(dirname(file)), ['hosts.json']);
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
