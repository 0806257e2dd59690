import * as fs from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { appendFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { Disk } from '@srvkit/lock-file';
import type { JournalEvent } from '../src/event.ts';
import { JournalFile } from '../src/io/journal-file.ts';
import { openJournalFolder } from '../src/io/journal-folder.ts';
import { ZoneJournalError } from '../src/journal/zone-journal-error.ts';
import { applyUpdate } from '../src/zone/index.ts';
import type { Zone } from '../src/zone/index.ts';
import { contents, sampleZone } from './sample-zone.ts';
import { updateOf } from './update-fixture.ts';

const MASTER = sampleZone();
const NAME = 'example.org.journal';
const CODES = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EMFILE', 'EIO'];
/** As many of these as make a journal worth writing anew. */
const LARGE = `update add big 60 TXT ${Array.from({ length: 200 }, () => `"${'x'.repeat(250)}"`).join(' ')}`;

for (const call of ['write', 'half a write', 'datasync'] as const) {
  for (const code of CODES) {
    test(`${call} that ends in ${code} costs only the update it was for, and says why`, async (t) => {
      const folder = await folderFor(t);
      const disk = faultyDisk();
      const events: JournalEvent[] = [];
      const { journal } = await JournalFile.open(folder, MASTER, { disk, tell: (event) => events.push(event) });
      const one = await change(journal, MASTER, 'update add a 60 A 192.0.2.1');
      const kept = await readFile(join(folder, NAME));
      disk.fail(call, code);
      const message = new RegExp(`${NAME}: cannot be written: .*\\(${code}\\)$`);
      await t.throwsAsync(change(journal, one, 'update add b 60 A 192.0.2.1'), { code: 'NOT_WRITABLE', message });
      t.like(events, [{ event: 'journal', code: 'not-stored', message: events[0]?.message }]);
      t.deepEqual(await readFile(join(folder, NAME)), kept);
      disk.mend();
      const two = await change(journal, one, 'update add c 60 A 192.0.2.1');
      await journal.close();
      t.deepEqual(contents(await played(folder)), contents(two));
    });
  }
}

for (const call of ['open', 'write', 'half a write', 'sync'] as const) {
  test(`a new journal whose ${call} fails is told, and begun by the next server`, async (t) => {
    const folder = await folderFor(t);
    const disk = faultyDisk();
    disk.fail(call, 'ENOSPC');
    const message = new RegExp(`${NAME}: cannot be written: its disk is full: free space there.*\\(ENOSPC\\)$`);
    await t.throwsAsync(JournalFile.open(folder, MASTER, { disk }), { code: 'NOT_WRITABLE', message });
    t.deepEqual(contents(await played(folder)), contents(MASTER));
  });
}

for (const call of ['open', 'half a write', 'sync', 'rename'] as const) {
  test(`a journal whose ${call} fails while it is written anew goes on as it was, and is written anew later`, async (t) => {
    const folder = await folderFor(t);
    const disk = faultyDisk();
    const { journal } = await JournalFile.open(folder, MASTER, { disk });
    disk.fail(call, 'ENOSPC', '.new');
    let zone = await grow(journal, MASTER);
    t.deepEqual(await readdir(folder), [NAME]);
    t.true((await readFile(join(folder, NAME))).length > 1024 * 1024);
    disk.mend();
    for (const name of ['c', 'd']) zone = await change(journal, zone, `update add ${name} 60 A 192.0.2.1`); // the second waits for the first's attempt
    t.true((await readFile(join(folder, NAME))).length < 1024 * 1024);
    await journal.close();
    t.deepEqual(await readdir(folder), [NAME]);
    t.deepEqual(contents(await played(folder)), contents(zone));
  });
}

test('when nobody knows whether the journal that was written anew has its name on disk, no update is accepted until the next start', async (t) => {
  const folder = await folderFor(t);
  const disk = faultyDisk();
  const events: JournalEvent[] = [];
  const { journal } = await JournalFile.open(folder, MASTER, { disk, tell: (event) => events.push(event) });
  disk.fail('sync', 'EIO', folder.slice(-6));
  const zone = await grow(journal, MASTER);
  disk.mend();
  await t.throwsAsync(change(journal, zone, 'update add c 60 A 192.0.2.1'), {
    code: 'NOT_WRITABLE',
    message: /the disk fails: .*\(EIO\)$/,
  });
  t.true(events.length > 0 && events.every(({ code }) => code === 'not-stored'));
  await journal.close();
  t.deepEqual(await readdir(folder), [NAME]);
  t.deepEqual(contents(await played(folder)), contents(zone));
});

test('a server that has lost its folder writes nothing more, takes nothing back, and says so once', async (t) => {
  const folder = await folderFor(t);
  let now = Date.now();
  const events: JournalEvent[] = [];
  const journals = await openJournalFolder(folder, [MASTER], { tell: (event) => events.push(event), now: () => now });
  const store = (words: string): Promise<void> => {
    const update = updateOf([words]);
    return journals.store(update, MASTER, applyUpdate(MASTER, update).zone);
  };
  const other = { token: 'cafe', pid: 17, started: null, place: 'elsewhere' };
  await writeFile(join(folder, 'other'), JSON.stringify(other));
  await rename(join(folder, 'other'), join(folder, 'lock')); // as whoever breaks a lock does it
  await appendFile(join(folder, NAME), 'what the other server has acknowledged\n');
  const before = await readFile(join(folder, NAME));
  now += 10_001; // the next look is due
  for (const words of ['update add a 60 A 192.0.2.1', 'update add b 60 A 192.0.2.1'])
    await t.throwsAsync(store(words), { name: 'ZoneJournalError', code: 'LOST', message: /lock: process 17 has taken it/ });
  t.like(events, [{ event: 'journal', code: 'lost', message: events[0]?.message }]);
  await journals.close();
  t.deepEqual(await readFile(join(folder, NAME)), before);
  t.is(await readFile(join(folder, 'lock'), 'utf8'), JSON.stringify(other));
});

test('a server that loses its folder while it writes the journal anew leaves the journal of the other where it is', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, NAME);
  let isLost = false;
  const lost = new ZoneJournalError('LOST', 'another has it');
  const disk = faultyDisk();
  const { journal } = await JournalFile.open(folder, MASTER, {
    disk: {
      ...disk,
      // The other comes once it has begun to be written anew.
      open: async (name, ...rest) => {
        if (!isLost && String(name).endsWith('.new')) {
          isLost = true;
          await writeFile(join(folder, 'other'), 'what the other server has acknowledged');
          await rename(join(folder, 'other'), path);
        }
        return disk.open(name, ...rest);
      },
    },
    confirm: () => (isLost ? Promise.reject(lost) : Promise.resolve()),
  });
  const zone = await grow(journal, MASTER);
  t.true(isLost);
  t.is(await t.throwsAsync(change(journal, zone, 'update add c 60 A 192.0.2.1')), lost);
  await journal.close();
  t.deepEqual(await readdir(folder), [NAME]);
  t.is(await readFile(path, 'utf8'), 'what the other server has acknowledged');
});

test('zeros that a power failure left at the end are cut off, with a note', async (t) => {
  const folder = await folderFor(t);
  const { journal } = await JournalFile.open(folder, MASTER);
  const zone = await change(journal, MASTER, 'update add a 60 A 192.0.2.1');
  await journal.close();
  const whole = await readFile(join(folder, NAME));
  await appendFile(join(folder, NAME), Buffer.alloc(4096));
  const again = await JournalFile.open(folder, MASTER);
  t.deepEqual(contents(again.zone), contents(zone));
  t.like(again.notes, [{ code: 'cut', message: again.notes[0]?.message }]);
  t.regex(again.notes[0]?.message ?? '', /example\.org\.journal: its last 4096 octets were cut off/);
  t.deepEqual(await readFile(join(folder, NAME)), whole);
  await again.journal.close();
});

async function folderFor(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-journal-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

/** Makes an update and has it stored. */
async function change(journal: JournalFile, before: Zone, words: string): Promise<Zone> {
  const update = updateOf([words]);
  const { zone } = applyUpdate(before, update);
  await journal.store(update, before, zone);
  return zone;
}

/** Until it is worth to be written anew, and the attempt has ended, or no more is accepted. The zone that was acknowledged last. */
async function grow(journal: JournalFile, before: Zone): Promise<Zone> {
  let zone = before;
  for (let turn = 0; turn < 24; turn += 1) {
    const next = await change(journal, zone, LARGE.replace('60', String(60 + turn))).catch(() => undefined);
    if (next === undefined) break;
    zone = next;
  }
  return zone;
}

/** The zone that the next server has. */
async function played(folder: string): Promise<Zone> {
  const { journal, zone } = await JournalFile.open(folder, MASTER);
  await journal.close();
  return zone;
}

type Call = 'open' | 'write' | 'half a write' | 'sync' | 'datasync' | 'rename';

/** A disk on which one kind of call fails while it is told to, for paths with that end. */
function faultyDisk(): Disk & { fail(call: Call, code: string, pathEnd?: string): void; mend(): void } {
  let fault: { readonly call: Call; readonly code: string; readonly pathEnd: string } | undefined;
  const check = (call: Call, path: unknown): void => {
    if (fault?.call === call && String(path).endsWith(fault.pathEnd))
      throw Object.assign(new Error(fault.code), { code: fault.code, syscall: call });
  };
  const spoil = (handle: FileHandle, path: unknown): FileHandle => {
    const [sync, datasync, write] = [handle.sync.bind(handle), handle.datasync.bind(handle), handle.write.bind(handle)];
    return Object.assign(handle, {
      sync: async () => (check('sync', path), sync()),
      datasync: async () => (check('datasync', path), datasync()),
      write: async (octets: Buffer, offset: number, length: number, position: number) => {
        check('write', path);
        const isHalf = fault?.call === 'half a write' && String(path).endsWith(fault.pathEnd);
        const done = await write(octets, offset, isHalf ? Math.ceil(length / 2) : length, position);
        check('half a write', path);
        return done;
      },
    });
  };
  return {
    ...fs,
    open: async (path, flags, mode) => (check('open', path), spoil(await fs.open(path, flags, mode), path)),
    rename: async (from, to) => (check('rename', from), fs.rename(from, to)),
    fail: (call, code, pathEnd = '') => void (fault = { call, code, pathEnd }),
    mend: () => void (fault = undefined),
  };
}
