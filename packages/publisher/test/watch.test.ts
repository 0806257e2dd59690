import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import * as promClient from 'prom-client';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { JournalError, memoryJournal, probeTcp, watchMetrics, watchPublisher } from '../src/index.ts';
import type { Journal, Watch, WatchingEvent, WatchOptions } from '../src/index.ts';
import { east, publisher, serve, srvSet, updates } from './served-zones.ts';

const NEIGHBOUR = '600 10 25 1688 kms-e2.east.contoso.com.';

test('it publishes at the start and on every update, and leaves the record when it is stopped', async (t) => {
  const server = await serve(t, {});
  const { watch, until } = begin(t, { publisher: publisher(server, { journal: memoryJournal() }), desired: east() });
  await until('published start published');
  watch.update({ ...east(), port: 1689 });
  await until('published settings published');
  await watch.stop();
  t.deepEqual(srvSet(server), ['3600 10 75 1689 kms-e1.east.contoso.com.']);
  watch.update(east());
  await watch.stop();
  t.is(updates(server).length, 2);
});

test('stopped with withdraw, nothing of ours is left', async (t) => {
  const server = await serve(t, { records: [NEIGHBOUR] });
  const { watch, until } = begin(t, { publisher: publisher(server), desired: east(), onStop: 'withdraw' });
  await until('published start published');
  await Promise.all([watch.stop(), watch.stop()]);
  t.deepEqual(srvSet(server), [NEIGHBOUR]);
  await until('published stop withdrawn');
});

test('where publishing is switched off nothing is touched, whatever happens', async (t) => {
  const server = await serve(t, { records: ['600 10 75 1688 kms-e1.east.contoso.com.'] });
  const { watch, until } = begin(t, {
    publisher: publisher(server),
    desired: { ...east(), enabled: false },
    onStop: 'withdraw',
    probe: () => Promise.resolve(false),
    probeIntervalMs: 1,
    fall: 1,
  });
  await until('published service-down disabled');
  await watch.stop();
  t.is(srvSet(server).length, 1);
});

test('a refresh sends the record again although it is right, and the zone stays as it is', async (t) => {
  const server = await serve(t, {});
  const { watch, until } = begin(t, { publisher: publisher(server), desired: east(), refreshMs: 1 });
  await until('published start published');
  await until('published refresh unchanged');
  await watch.stop();
  t.true(updates(server).length >= 2);
  t.is(server.zones.get('east.contoso.com.')?.serial, 2);
});

test('a server that is silent does not hold up the end', async (t) => {
  const server = await serve(t, { faults: ['*=drop'] });
  const { watch } = begin(t, {
    publisher: publisher(server, { timeoutMs: 30_000 }),
    desired: east(),
    onStop: 'withdraw',
    stopTimeoutMs: 50,
  });
  while (server.requests.length === 0) await new Promise((settle) => setImmediate(settle));
  const before = performance.now();
  await watch.stop();
  t.true(performance.now() - before < 10_000);
});

test('stopped in the middle of a publish: what is in doubt is told, and then withdrawn', async (t) => {
  let inHand: (() => void) | undefined;
  const server = await serve(t, {
    mayUpdate: () => {
      inHand?.();
      return true;
    },
  });
  const { watch, until, seen } = begin(t, { publisher: publisher(server), desired: east(), onStop: 'withdraw' });
  inHand = () => {
    inHand = undefined;
    void watch.stop();
  };
  await until('published stop withdrawn');
  t.deepEqual(seen, ['published start in-doubt', 'published stop withdrawn']);
  t.deepEqual(srvSet(server), []);
});

test('a withdrawal at the end that gets no answer is told as far as it is known, in time', async (t) => {
  const server = await serve(t, {});
  const { watch, until, seen } = begin(t, {
    publisher: publisher(server, { timeoutMs: 30_000 }),
    desired: east(),
    onStop: 'withdraw',
    stopTimeoutMs: 100,
  });
  await until('published start published');
  server.setFaults(['*=drop']);
  await watch.stop();
  t.deepEqual(seen.slice(1), ['published stop interrupted', 'broke stop it did not come to its end in 0.1 s']);
});

test('a journal whose disk hangs does not hold up the end, and is heard of no more', async (t) => {
  const server = await serve(t, { records: ['600 10 75 1687 kms-e1.east.contoso.com.'] });
  const writes: (() => void)[] = [];
  const journal: Journal = { entries: [], replace: () => new Promise((settle) => writes.push(settle)) };
  const { watch, seen } = begin(t, { publisher: publisher(server, { journal }), desired: east(), onStop: 'withdraw', stopTimeoutMs: 50 });
  while (writes.length === 0) await new Promise((settle) => setImmediate(settle));
  await watch.stop();
  t.deepEqual(seen, ['broke stop it did not come to its end in 0.05 s']);
  t.is(updates(server).length, 0);
});

test('a service that does not answer any more: asked last, then withdrawn, then back with its own numbers', async (t) => {
  const server = await serve(t, { records: [NEIGHBOUR] });
  let answers = true;
  let hours = 0;
  let onProbe: (() => void) | undefined;
  const { watch, until } = begin(t, {
    publisher: publisher(server),
    desired: east(),
    probe: () => {
      onProbe?.();
      return Promise.resolve(answers);
    },
    probeIntervalMs: 1,
    now: () => hours * 3_600_000 + performance.now(),
  });
  await until('published start published');
  answers = false;
  await until('published service-down published');
  t.deepEqual(srvSet(server), [NEIGHBOUR, '600 11 75 1688 kms-e1.east.contoso.com.']);
  await new Promise<void>((settle) => (onProbe = settle)); // the watch goes on, and knows when it drained
  hours += 1; // the TTL of 600 s has passed
  await until('published drained withdrawn');
  t.deepEqual(srvSet(server), [NEIGHBOUR]);
  answers = true;
  await until('published service-up published');
  t.deepEqual(srvSet(server), [NEIGHBOUR, '600 10 75 1688 kms-e1.east.contoso.com.']);
  await watch.stop();
});

test('a journal that cannot be written is told, and tried again', async (t) => {
  const server = await serve(t, {});
  let full = true;
  const memory = memoryJournal();
  const journal: typeof memory = {
    get entries() {
      return memory.entries;
    },
    replace: (owner, entries) => (full ? Promise.reject(new Error('the disk is full')) : memory.replace(owner, entries)),
  };
  const { watch, until } = begin(t, { publisher: publisher(server, { journal }), desired: east(), retryMs: 1 });
  await until('broke start the disk is full');
  t.is(updates(server).length, 0);
  full = false;
  await until('published start published');
  await watch.stop();
  t.is(updates(server).length, 1);
});

test('when its journal is lost, nothing more is published or withdrawn, and nothing is told of it but by the journal', async (t) => {
  const server = await serve(t, {});
  const losing = new AbortController();
  const { watch, until, seen } = begin(t, {
    publisher: publisher(server, { journal: memoryJournal() }),
    desired: east(),
    onStop: 'withdraw',
    refreshMs: 1,
    signal: losing.signal,
  });
  await until('published refresh unchanged');
  losing.abort(new Error('another has it'));
  const sent = updates(server).length;
  const told = seen.length;
  watch.update({ ...east(), port: 1689 });
  await watch.stop();
  t.true(updates(server).length <= sent + 1, 'the one that was under way');
  t.deepEqual(
    seen.slice(told).filter((line) => line.startsWith('broke')),
    [],
  );
  t.deepEqual(srvSet(server), ['3600 10 75 1688 kms-e1.east.contoso.com.']);
});

test('a journal that is lost keeps every UPDATE from going out, that of a withdrawal too', async (t) => {
  const server = await serve(t, { records: ['600 10 75 1688 kms-e1.east.contoso.com.'] });
  const lost = new JournalError('LOST', 'another has it');
  const { entries } = memoryJournal();
  const publishing = publisher(server, { journal: { entries, replace: () => Promise.reject(lost) } });
  t.is(await t.throwsAsync(publishing.withdraw(east())), lost);
  t.is(await t.throwsAsync(publishing.publish({ ...east(), port: 1700 })), lost);
  t.is(updates(server).length, 0);
});

test('metrics say what was published where, when, and whether the host is in service', async (t) => {
  const server = await serve(t, {});
  const metrics = watchMetrics(promClient);
  const seen = begin(t, { publisher: publisher(server), desired: east() }, (event) => metrics.observe(event, 1_795_000_000_000));
  await seen.until('published start published');
  const text = await metrics.scrape(seen.watch.state);
  await seen.watch.stop();
  for (const line of [
    'srvkit_publish_zones_total{domain="east.contoso.com.",outcome="published"} 1',
    'srvkit_publish_last_success_timestamp_seconds{domain="east.contoso.com."} 1795000000',
    `srvkit_publish_clock_offset_seconds{server="${server.address}"} 0`,
    'srvkit_publish_in_service 1',
  ])
    t.true(text.includes(`${line}\n`), `${line} in\n${text}`);
  t.regex(metrics.contentType, /^text\/plain/);
});

test('a wrong clock is in the metrics, and a host out of service too', async (t) => {
  const metrics = watchMetrics(promClient);
  const now = 1_795_000_000_000;
  const server = await serve(t, { now: () => now + 1_000_000 });
  const seen = begin(t, { publisher: publisher(server, { now: () => now }), desired: east() }, (event) => metrics.observe(event, now));
  await seen.until('published start refused');
  const text = await metrics.scrape({ ...seen.watch.state, stage: 'draining' });
  await seen.watch.stop();
  t.true(text.includes(`srvkit_publish_clock_offset_seconds{server="${server.address}"} 1000\n`), text);
  t.true(text.includes('srvkit_publish_in_service 0\n'));
});

test('the probe finds a service on loopback, and nothing where nothing listens', async (t) => {
  const listener = createServer((socket) => socket.destroy());
  await new Promise<void>((settle) => listener.listen(0, '127.0.0.1', settle));
  const { port } = listener.address() as AddressInfo;
  const signal = AbortSignal.timeout(10_000);
  t.true(await probeTcp(port, signal));
  await new Promise((settle) => listener.close(settle));
  t.false(await probeTcp(port, signal));
  t.false(await probeTcp(port, AbortSignal.abort()));
});

test('options out of bounds are refused at once', (t) => {
  const options = { publisher: { publish: () => t.fail(), withdraw: () => t.fail() } as never, desired: east() };
  for (const change of [{ refreshMs: 0 }, { refreshMs: 2 ** 31 }, { retryMs: 0.5 }, { fall: 0 }, { rise: 0 }, { stopTimeoutMs: -1 }])
    t.throws(() => watchPublisher({ ...options, ...change }), {
      instanceOf: RangeError,
      message: new RegExp(`^${Object.keys(change)[0]} is`),
    });
});

/** A watch whose events can be waited for. */
function begin(
  t: ExecutionContext,
  options: WatchOptions,
  hear: (event: WatchingEvent) => void = () => {},
): { watch: Watch; until: (wanted: string) => Promise<void>; seen: readonly string[] } {
  const seen: string[] = [];
  let wake: (() => void) | undefined;
  const watch = watchPublisher({
    ...options,
    onEvent: (event) => {
      hear(event);
      seen.push(shown(event));
      wake?.();
    },
  });
  t.teardown(() => watch.stop());
  const until = async (wanted: string): Promise<void> => {
    while (!seen.includes(wanted)) await new Promise<void>((settle) => (wake = settle));
  };
  return { watch, until, seen };
}

function shown(event: WatchingEvent): string {
  if (event.kind === 'published') return `published ${event.reason} ${event.report.outcome}`;
  return event.kind === 'broke' ? `broke ${event.reason} ${event.error.message}` : `stage ${event.stage}`;
}
