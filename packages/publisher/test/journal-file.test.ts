import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDomainName } from '@srvkit/dns';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { openJournal } from '../src/index.ts';
import type { JournalEntry, JournalWarning } from '../src/index.ts';
import { formatJournal } from '../src/journal-text.ts';

const OWNER = parseDomainName('_vlmcs._tcp.east.contoso.com');
const ENTRY: JournalEntry = {
  domain: parseDomainName('east.contoso.com'),
  owner: OWNER,
  target: parseDomainName('kms-e1.east.contoso.com'),
  port: 1688,
  priority: 10,
  weight: 75,
  zone: null,
  at: 1_795_000_000_000,
  state: 'published',
};

test('what was written is there for the next one, in a file for us alone, with nothing beside it', async (t) => {
  const file = place(t);
  const journal = await openJournal(file);
  t.deepEqual(journal.entries, []);
  await journal.replace(OWNER, [ENTRY]);
  t.is(journal.entries.length, 1);
  await journal.close();
  await journal.close();
  t.deepEqual(readdirSync(join(file, '..')), ['journal.json']);
  if (process.platform !== 'win32') t.is(statSync(file).mode & 0o777, 0o600);
  const again = await openJournal(file);
  t.deepEqual(
    again.entries.map(({ target, port }) => `${target.toString()} ${port}`),
    ['kms-e1.east.contoso.com. 1688'],
  );
  await again.close();
});

test('a closed journal takes nothing more', async (t) => {
  const journal = await openJournal(place(t));
  await journal.close();
  await t.throwsAsync(journal.replace(OWNER, []), { name: 'JournalError', code: 'NOT_WRITABLE' });
});

test('a second publisher is kept out, and told by whom; looking is allowed', async (t) => {
  const file = place(t);
  const journal = await openJournal(file);
  await journal.replace(OWNER, [ENTRY]);
  await t.throwsAsync(openJournal(file), {
    code: 'LOCKED',
    message: new RegExp(`process ${process.pid} publishes with this journal already`),
  });
  const looking = await openJournal(file, { readOnly: true });
  t.is(looking.entries.length, 1);
  await t.throwsAsync(looking.replace(OWNER, []), { code: 'NOT_WRITABLE' });
  await looking.close();
  await journal.close();
  await (await openJournal(file)).close();
});

test('looking at a journal that is not there makes nothing', async (t) => {
  const file = place(t);
  t.deepEqual((await openJournal(file, { readOnly: true })).entries, []);
  t.deepEqual(readdirSync(join(file, '..')), []);
});

const text = formatJournal([ENTRY, { ...ENTRY, port: 1689 }]);
const damaged = [
  { title: 'an empty file', bytes: '', kept: 0 },
  { title: 'a torn file', bytes: text.slice(0, text.length / 2), kept: 0 },
  { title: 'zeros, as a power failure leaves them', bytes: '\0'.repeat(512), kept: 0 },
  { title: 'a file with zeros in the middle', bytes: text.replace(/"port": 1688.{100}/su, (found) => '\0'.repeat(found.length)), kept: 0 },
  { title: 'a file whose end is zeros', bytes: text.slice(0, -20) + '\0'.repeat(20), kept: 0 },
  { title: 'one record that is none', bytes: text.replace('1689', '"a"'), kept: 1 },
  { title: 'more than any journal holds', bytes: ' '.repeat(5 * 1024 * 1024), kept: 0 },
];
for (const { title, bytes, kept } of damaged) {
  test(`${title} is set aside with a warning, and what can be believed is kept`, async (t) => {
    const file = place(t);
    writeFileSync(file, bytes, { mode: 0o600 });
    const warnings: JournalWarning[] = [];
    const journal = await openJournal(file, { onWarning: (warning) => warnings.push(warning) });
    t.is(journal.entries.length, kept);
    await journal.close();
    t.deepEqual(
      warnings.map(({ code }) => code),
      ['journal-set-aside'],
    );
    const [aside = ''] = readdirSync(join(file, '..')).filter((name) => name.includes('damaged'));
    t.is(readFileSync(join(file, '..', aside), 'utf8'), bytes);
    const again = await openJournal(file, { onWarning: () => t.fail() });
    t.is(again.entries.length, kept);
    await again.close();
  });
}

test('zeros behind the end, as a power failure leaves them, are told and ignored, and gone with the next change', async (t) => {
  const file = place(t);
  writeFileSync(file, text + '\0'.repeat(4096), { mode: 0o600 });
  const warnings: JournalWarning[] = [];
  const journal = await openJournal(file, { onWarning: (warning) => warnings.push(warning) });
  t.is(journal.entries.length, 2);
  t.like(warnings, [
    {
      code: 'journal-torn-end',
      message: `${file}: ends in 4096 zeros, as a power failure leaves them; they are ignored, and gone with the next change`,
    },
  ]);
  await journal.replace(OWNER, [ENTRY]);
  await journal.close();
  t.deepEqual(readdirSync(join(file, '..')), ['journal.json']);
  t.is(readFileSync(file, 'utf8'), formatJournal([ENTRY]));
});

test('links, folders and what others may write to are refused, and stay as they are', async (t) => {
  const file = place(t);
  writeFileSync(`${file}.real`, text, { mode: 0o600 });
  symlinkSync(`${file}.real`, file);
  await t.throwsAsync(openJournal(file), { code: 'NOT_A_FILE', message: /symbolic link/ });
  await t.throwsAsync(openJournal(join(file, '..')), { code: 'NOT_A_FILE' });
  chmodSync(`${file}.real`, 0o666);
  await t.throwsAsync(openJournal(`${file}.real`), { code: 'UNSAFE', message: /chmod 600/ });
  t.is(readFileSync(`${file}.real`, 'utf8'), text);
  t.false(existsSync(`${file}.lock`));
});

test('what a killed process left half written is removed', async (t) => {
  const file = place(t);
  writeFileSync(`${file}.0b0e7f3c-0000-4000-8000-000000000000.tmp`, 'half');
  writeFileSync(`${file}.tmp`, 'not ours');
  await (await openJournal(file)).close();
  t.deepEqual(readdirSync(join(file, '..')), ['journal.json.tmp']);
});

test('the lock of a process that is gone is broken: killed, or another one with its number', async (t) => {
  const file = place(t);
  const held = await openJournal(file);
  const mine = JSON.parse(readFileSync(`${file}.lock`, 'utf8')) as Record<string, unknown>;
  await held.close();
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  for (const change of [{ pid: child.pid }, ...(mine['started'] === null ? [] : [{ started: '1' }])]) {
    writeFileSync(`${file}.lock`, JSON.stringify({ ...mine, token: 'dead', ...change }));
    await (await openJournal(file)).close();
  }
  writeFileSync(`${file}.lock`, JSON.stringify({ ...mine, token: 'beef' }));
  await t.throwsAsync(openJournal(file), { code: 'LOCKED' });
});

for (const [title, loseLock, says] of [
  ['taken by another process', takeOver, /journal\.json\.lock: process 17 has taken it/],
  ['removed', (lock: string) => rmSync(lock), /journal\.json\.lock: the lock was removed/],
] as const) {
  test(`a journal whose lock was ${title} is written no more, and says so`, async (t) => {
    const file = place(t);
    let now = Date.now();
    const journal = await openJournal(file, { now: () => now });
    await journal.replace(OWNER, [ENTRY]);
    const before = readFileSync(file, 'utf8');
    loseLock(`${file}.lock`);
    now += 10_001; // the next look is due
    for (let turn = 0; turn < 2; turn += 1)
      await t.throwsAsync(journal.replace(OWNER, []), { name: 'JournalError', code: 'LOST', message: says });
    t.is((journal.lost.reason as Error).name, 'JournalError');
    t.is(journal.entries.length, 1);
    t.is(readFileSync(file, 'utf8'), before);
    const beside = readdirSync(join(file, '..'));
    await journal.close();
    t.deepEqual(readdirSync(join(file, '..')), beside);
  });
}

/** As whoever breaks a lock does it. */
function takeOver(lock: string): void {
  writeFileSync(`${lock}.other`, OTHER_LOCK);
  renameSync(`${lock}.other`, lock);
}

const OTHER_LOCK = JSON.stringify({ token: 'cafe', pid: 17, started: null, place: 'elsewhere' });

test('a lock whose process cannot be seen holds while it is touched', async (t) => {
  const file = place(t);
  writeFileSync(`${file}.lock`, JSON.stringify({ token: 'cafe', pid: process.pid, started: null, place: `not ${hostname()}` }));
  await t.throwsAsync(openJournal(file), { code: 'LOCKED' });
  utimesSync(`${file}.lock`, 1, 1);
  await (await openJournal(file)).close();
});

test('of many that start at once after a crash, one gets the journal', async (t) => {
  const file = place(t);
  const earlier = await openJournal(file);
  const mine = JSON.parse(readFileSync(`${file}.lock`, 'utf8')) as Record<string, unknown>;
  await earlier.close();
  writeFileSync(`${file}.lock`, JSON.stringify({ ...mine, token: 'dead', pid: 2 ** 22 + 1 }));
  const opened = await Promise.allSettled(Array.from({ length: 8 }, () => openJournal(file)));
  t.is(opened.filter(({ status }) => status === 'fulfilled').length, 1);
});

/** A name in a folder of its own, which goes with the test. */
function place(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-journal-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return join(folder, 'journal.json');
}
