import { parseDomainName } from '@srvkit/dns';
import test from 'ava';
import { memoryJournal } from '../src/index.ts';
import type { Journal, PublishOptions, PublishReport } from '../src/index.ts';
import { desired, east, entry, publisher, serve, srvSet, updates } from './served-zones.ts';

// A publish that is ended from outside: it rejects with the reason, and says before that what is known.

const OURS = '3600 10 75 1688 kms-e1.east.contoso.com.';
const three = desired([entry('east.contoso.com'), entry('west.contoso.com'), entry('north.contoso.com')]);

test('ended while the second of three UPDATEs is in hand: one published, one in doubt, one not begun', async (t) => {
  const stop = new AbortController();
  const reason = new Error('enough');
  const west = parseDomainName('west.contoso.com');
  const server = await serve(t, {
    mayUpdate: (_, zone) => {
      if (zone.equals(west)) stop.abort(reason);
      return true;
    },
  });
  const journal = memoryJournal();
  const { onUnfinished, told } = listen();
  t.is(await t.throwsAsync(publisher(server, { journal }).publish(three, { signal: stop.signal, onUnfinished })), reason);
  const report = told();
  t.is(report.outcome, 'in-doubt');
  t.deepEqual(
    report.zones.map(({ domain, outcome, add, verified }) => `${domain} ${outcome} ${add.length} ${verified}`),
    ['east.contoso.com. published 1 true', 'west.contoso.com. in-doubt 1 false', 'north.contoso.com. interrupted 0 false'],
  );
  const [, inDoubt, left] = report.zones;
  t.like(inDoubt, {
    zone: 'west.contoso.com.',
    primary: server.address,
    serial: { before: 1, after: null },
    attempts: [{ server: server.address, transport: 'tcp', rcode: null, tsig: 'none' }],
    hint: `${server.address} was sent the change, and its answer was not waited for: it may have happened; the journal keeps the intention, so that the next publish or withdraw finds out`,
  });
  t.regex(left?.hint ?? '', /ended before anything was changed at _vlmcs\._tcp\.north\.contoso\.com\./);
  t.deepEqual(report.events, [{ id: 12294, domain: 'east.contoso.com.' }]);
  t.deepEqual(
    journal.entries.map(({ domain, state }) => `${domain.toString()} ${state}`),
    ['east.contoso.com. published', 'west.contoso.com. intended'],
  );
  // And so it does.
  t.deepEqual(
    (await publisher(server, { journal }).publish(three)).zones.map(({ outcome }) => outcome),
    ['unchanged', 'unchanged', 'published'],
  );
});

test('ended while it is read back: what the server said is told, and that nobody has looked', async (t) => {
  const server = await serve(t, {
    mayUpdate: () => {
      server.setFaults(['*=drop']); // for what comes after it
      return true;
    },
  });
  const stop = new AbortController();
  const { onUnfinished, told } = listen();
  const publishing = publisher(server).publish(east(), { signal: stop.signal, onUnfinished });
  const isReadBack = (): boolean => updates(server).length === 1 && server.requests.at(-1)?.message?.opcode === 'QUERY';
  while (!isReadBack()) await new Promise((settle) => setImmediate(settle));
  stop.abort();
  await t.throwsAsync(publishing);
  const [zone] = told().zones;
  t.is(zone?.outcome, 'in-doubt');
  t.deepEqual(srvSet(server), [OURS]);
  t.is(
    zone?.hint,
    `${server.address} answered NOERROR, and the zone was not read again: it may have happened; publish or withdraw again to find out`,
  );
});

test('ended before anything was sent: nothing is in doubt, also of a withdrawal and a plan', async (t) => {
  const server = await serve(t, { faults: ['*=drop'], records: [OURS] });
  const acts = [
    (options: PublishOptions) => publisher(server).publish(east(), options),
    (options: PublishOptions) => publisher(server).withdraw(east(), options),
    (options: PublishOptions) => publisher(server).publish(east(), { ...options, plan: true }),
  ];
  for (const act of acts) {
    const stop = new AbortController();
    const { onUnfinished, told } = listen();
    const before = server.requests.length;
    const acting = act({ signal: stop.signal, onUnfinished });
    while (server.requests.length === before) await new Promise((settle) => setImmediate(settle));
    stop.abort();
    await t.throwsAsync(acting);
    t.deepEqual([told().outcome, told().events, told().zones.map(({ outcome }) => outcome)], ['interrupted', [], ['interrupted']]);
  }
  t.is(updates(server).length, 0);
});

test('a withdrawal that is ended says what it was about to delete', async (t) => {
  const stop = new AbortController();
  const server = await serve(t, {
    records: [OURS],
    mayUpdate: () => {
      stop.abort();
      return true;
    },
  });
  const { onUnfinished, told } = listen();
  await t.throwsAsync(publisher(server).withdraw(east(), { signal: stop.signal, onUnfinished }));
  const [zone] = told().zones;
  t.deepEqual([zone?.outcome, zone?.delete.map(({ target }) => target)], ['in-doubt', ['kms-e1.east.contoso.com.']]);
});

test('a journal that cannot be kept ends it too: the zones that are done are told before', async (t) => {
  const server = await serve(t, {});
  const memory = memoryJournal();
  let writes = 0;
  const full = new Error('the disk is full');
  const journal: Journal = {
    get entries() {
      return memory.entries;
    },
    replace: (owner, entries) => (++writes > 1 ? Promise.reject(full) : memory.replace(owner, entries)),
  };
  const { onUnfinished, told } = listen();
  t.is(await t.throwsAsync(publisher(server, { journal }).publish(three, { onUnfinished })), full);
  t.deepEqual(
    told().zones.map(({ outcome, verified }) => `${outcome} ${verified}`),
    ['published true', 'interrupted false', 'interrupted false'],
  );
});

function listen(): { onUnfinished: (report: PublishReport) => void; told: () => PublishReport } {
  const reports: PublishReport[] = [];
  return {
    onUnfinished: (report) => void reports.push(report),
    told: () => {
      if (reports.length !== 1) throw new Error(`${reports.length} reports`);
      return reports[0]!;
    },
  };
}
