import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDomainName } from '@srvkit/dns';
import { JournalError } from '@srvkit/publisher';
import type { Publisher } from '@srvkit/publisher';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { UsageError } from '../src/exit.ts';
import { publishOnWatch } from '../src/publish-watch.ts';
import type { WatchTask } from '../src/publish-watch.ts';
import type { PublishValues } from '../src/wanted-records.ts';

test('settings that cannot be used are told, and the watch goes on until it is stopped', async (t) => {
  const stop = new AbortController();
  const { task, lines } = await begin(t, stop.signal, () => {
    setImmediate(() => stop.abort());
    throw new UsageError('kms1.reg:4:1: no settings');
  });
  t.is(await publishOnWatch(task), 0);
  t.deepEqual(
    lines().filter(({ event }) => event !== 'published'),
    [
      { event: 'watching', service: '_vlmcs._tcp', target: 'kms1.example.org.', journal: null, metrics: null },
      { event: 'settings', file: task.values.settings, outcome: 'rejected', message: 'kms1.reg:4:1: no settings' },
      { event: 'stopped' },
    ],
  );
});

test('a defect of ours while settings are read is none of the settings: it ends the watch, which leaves nothing behind', async (t) => {
  const defect = new TypeError('undefined is not a function');
  const { task, lines } = await begin(t, new AbortController().signal, () => {
    throw defect;
  });
  t.is(await t.throwsAsync(publishOnWatch(task)), defect);
  t.deepEqual(
    lines().filter(({ event }) => event === 'settings' || event === 'stopped'),
    [],
  );
});

test('stopped while it waits for what settings say: nothing is rejected', async (t) => {
  const stop = new AbortController();
  const { task, lines } = await begin(t, stop.signal, () => {
    stop.abort(new Error('interrupted by SIGTERM'));
    throw stop.signal.reason;
  });
  t.is(await publishOnWatch(task), 0);
  t.deepEqual(lines().at(-1), { event: 'stopped' });
  t.false(lines().some(({ event }) => event === 'settings'));
});

test('a journal that was lost ends the watch with its reason and remedy, and nothing is withdrawn', async (t) => {
  const losing = new AbortController();
  const reason = new JournalError('LOST', 'journal.json.lock: process 17 has taken it; end one of the two');
  const { task, lines } = await begin(t, new AbortController().signal, () => {
    losing.abort(reason);
    throw new UsageError('kms1.reg:4:1: no settings');
  });
  const values = { ...task.values, 'on-stop': 'withdraw' } as PublishValues;
  const withdraw = (): never => t.fail('withdrawn');
  const publisher = { ...task.publisher, withdraw };
  const error = await t.throwsAsync(publishOnWatch({ ...task, publisher, values, lost: losing.signal }), { instanceOf: UsageError });
  t.is(error.message, reason.message);
  t.deepEqual(lines().at(-1), { event: 'stopped' });
});

/** A watch whose settings have changed since they were read. */
async function begin(
  t: ExecutionContext,
  signal: AbortSignal,
  wanted: () => never,
): Promise<{ task: WatchTask; lines: () => Readonly<Record<string, unknown>>[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-watch-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const settings = join(folder, 'kms1.reg');
  await writeFile(settings, '');
  const written: string[] = [];
  const report = { v: 1, service: '_vlmcs._tcp', outcome: 'unchanged', zones: [], events: [], warnings: [] } as const;
  const publisher: Publisher = { publish: () => Promise.resolve(report), withdraw: () => Promise.resolve(report) };
  const task: WatchTask = {
    publisher,
    first: { desired: { service: '_vlmcs._tcp', target: parseDomainName('kms1.example.org'), port: 1688, entries: [] }, warnings: [] },
    settingsSeen: undefined,
    wanted: async () => wanted(),
    values: { settings, json: true } as PublishValues,
    io: {
      stdout: { write: (text) => void written.push(text), isTerminal: false },
      stderr: { write: () => {}, isTerminal: false },
      env: {},
      signal,
      now: () => 0,
    },
  };
  return { task, lines: () => written.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>) };
}
