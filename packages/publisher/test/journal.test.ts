import { parseDomainName } from '@srvkit/dns';
import test from 'ava';
import { createPublisher, memoryJournal } from '../src/index.ts';
import type { Journal, JournalEntry } from '../src/index.ts';
import { desired, east, entry, publisher, serve, srvSet, updates } from './served-zones.ts';

const now = (): number => 1_795_000_000_000;
const NEIGHBOUR = '3600 10 25 1688 kms-e2.east.contoso.com.';

test('what is published is in the journal, with its zone; what is withdrawn is not', async (t) => {
  const server = await serve(t, { now });
  const journal = memoryJournal();
  await publisher(server, { journal, now: () => now() + 0.75 }).publish(east());
  t.deepEqual(shown(journal), ['published _vlmcs._tcp.east.contoso.com. 10 75 1688 kms-e1.east.contoso.com. in east.contoso.com.']);
  t.is(journal.entries[0]?.at, now());
  await publisher(server, { journal, now }).withdraw(east());
  t.deepEqual([shown(journal), srvSet(server)], [[], []]);
});

test('the intention is in the journal before the UPDATE is sent', async (t) => {
  const server = await serve(t, {});
  const seen: string[] = [];
  const journal = heard(memoryJournal(), (entries) => {
    seen.push(`${entries.map(({ state }) => state).join()} after ${updates(server).length} updates`);
  });
  await publisher(server, { journal }).publish(east());
  t.deepEqual(seen, ['intended after 0 updates', 'published after 1 updates']);
});

test('an intention that cannot be written down is not carried out', async (t) => {
  const server = await serve(t, {});
  const full = new Error('the disk is full');
  const journal = { entries: [], replace: () => Promise.reject(full) };
  t.is(await t.throwsAsync(publisher(server, { journal }).publish(east())), full);
  t.is(updates(server).length, 0);
});

const moves = [
  { title: 'another port', wanted: { ...east(), port: 1689 }, holds: ['3600 10 75 1689 kms-e1.east.contoso.com.'] },
  {
    title: 'another name',
    wanted: { ...east(), target: parseDomainName('kms-e9.east.contoso.com') },
    holds: ['3600 10 75 1688 kms-e9.east.contoso.com.'],
  },
  { title: 'another domain', wanted: desired([entry('west.contoso.com')]), holds: [] },
];
for (const { title, wanted, holds } of moves) {
  test(`${title}: the old record goes, the neighbour's stays`, async (t) => {
    const server = await serve(t, { records: [NEIGHBOUR] });
    const journal = memoryJournal();
    await publisher(server, { journal }).publish(east());
    const report = await publisher(server, { journal }).publish(wanted);
    t.deepEqual(srvSet(server), [NEIGHBOUR, ...holds]);
    t.is(updates(server).length, title === 'another domain' ? 3 : 2);
    t.is(journal.entries.length, 1);
    t.deepEqual(
      report.zones.flatMap((zone) => zone.delete.map(({ port, target }) => `${port} ${target}`)),
      ['1688 kms-e1.east.contoso.com.'],
    );
  });
}

test('without a journal the record at the old port stays, with a finding', async (t) => {
  const server = await serve(t, {});
  await publisher(server).publish(east());
  await publisher(server).publish({ ...east(), port: 1689 });
  t.is(srvSet(server).length, 2);
});

test('an intention whose UPDATE got lost is kept, and cleaned up by the next publish', async (t) => {
  const server = await serve(t, { records: [NEIGHBOUR] });
  const controller = new AbortController();
  const journal = heard(memoryJournal(), () => server.setFaults(['*=lost-reply']));
  const publishing = publisher(server, { journal, timeoutMs: 20_000 }).publish(east(), { signal: controller.signal });
  while (updates(server).length === 0) await new Promise((settle) => setImmediate(settle));
  controller.abort(new Error('killed'));
  await t.throwsAsync(publishing, { message: 'killed' });
  t.deepEqual([srvSet(server).length, journal.entries[0]?.state], [2, 'intended']);
  server.setFaults([]);
  await publisher(server, { journal: memoryJournal(journal.entries) }).publish({
    ...east(),
    port: 1700,
    target: parseDomainName('kms-e9.east.contoso.com'),
  });
  t.deepEqual(srvSet(server), [NEIGHBOUR, '3600 10 75 1700 kms-e9.east.contoso.com.']);
});

test('what a server refused was never ours: whoever publishes it later keeps it', async (t) => {
  let allowed = false;
  const server = await serve(t, { mayUpdate: () => allowed });
  const journal = memoryJournal();
  await publisher(server, { journal }).publish(east());
  t.deepEqual(shown(journal), []);
  allowed = true;
  await publisher(server).publish(east()); // another host has this name now
  await publisher(server, { journal }).publish({ ...east(), target: parseDomainName('kms-e9.east.contoso.com') });
  t.is(srvSet(server).length, 2);
});

test('records of another service in the same journal are left alone', async (t) => {
  const server = await serve(t, {});
  const journal = memoryJournal();
  await publisher(server, { journal }).publish({ ...east(), service: '_sip._tcp' });
  await publisher(server, { journal }).publish(east());
  t.deepEqual(journal.entries.map(({ owner }) => owner.toString()).toSorted(), [
    '_sip._tcp.east.contoso.com.',
    '_vlmcs._tcp.east.contoso.com.',
  ]);
});

test('a domain that cannot be reached any more stays in the journal until it can', async (t) => {
  const server = await serve(t, {});
  const journal = memoryJournal();
  await publisher(server, { journal }).publish(desired([entry('west.contoso.com')]));
  server.setFaults(['*west.contoso.com=refused', '_vlmcs._tcp.west.contoso.com=refused']);
  const report = await createPublisher({ server: server.address, journal, retries: 0 }).publish(desired([]));
  t.is(report.outcome, 'refused');
  t.is(journal.entries.length, 1);
  server.setFaults([]);
  t.is((await publisher(server, { journal }).publish(desired([]))).outcome, 'withdrawn');
  t.is(journal.entries.length, 0);
});

test('a plan writes nothing down', async (t) => {
  const server = await serve(t, {});
  const journal = memoryJournal();
  await publisher(server, { journal }).publish(east());
  const report = await publisher(server, { journal }).publish({ ...east(), port: 1689 }, { plan: true });
  t.deepEqual([report.outcome, report.zones[0]?.delete.length, journal.entries[0]?.port], ['planned', 1, 1688]);
});

/** Tells what is written, before it is. */
function heard(journal: Journal, onReplace: (entries: readonly JournalEntry[]) => void): Journal {
  return {
    get entries() {
      return journal.entries;
    },
    replace(owner, entries) {
      onReplace(entries);
      return journal.replace(owner, entries);
    },
  };
}

function shown({ entries }: Journal): string[] {
  return entries.map(shownEntry);
}

function shownEntry({ owner, target, port, priority, weight, zone, state }: JournalEntry): string {
  return `${state} ${owner.toString()} ${priority} ${weight} ${port} ${target.toString()} in ${zone?.toString() ?? 'no zone'}`;
}
