import test from 'ava';
import { heldLookups } from './held-lookups.ts';
import { question } from './messages.ts';

const ASKED = question('_x._tcp.example.org');
const PATIENT = { timeoutMs: 60_000 };

test('the end of the work waits for conversations that everybody has left', async (t) => {
  const { lookups, servers, work, held } = heldLookups();
  const abort = new AbortController();
  const leaving = lookups.lookup(ASKED, servers, { ...PATIENT, signal: abort.signal });
  const staying = lookups.lookup(question('b.example.org'), servers, PATIENT);
  t.is(held.length, 2);
  abort.abort(new Error('leaving'));
  await t.throwsAsync(leaving, { message: 'leaving' });
  t.true(held[0]?.signal?.aborted);
  const closed = new Error('closed');
  let isClosed = false;
  const closing = work.abortAll(closed).then(() => (isClosed = true));
  t.is(held[1]?.signal?.reason, closed);
  held[1]?.end();
  t.is(await t.throwsAsync(staying), closed);
  await new Promise((resolve) => setImmediate(resolve));
  t.false(isClosed, 'the conversation that everybody has left is not over');
  held[0]?.end();
  t.true(await closing);
});

test('callers with different deadlines hold one conversation; it is over with the last of them', async (t) => {
  const { lookups, servers, held } = heldLookups();
  const waits = [1, 2, 3].map((timeoutMs) => lookups.lookup(ASKED, servers, { timeoutMs }));
  for (const lookup of await Promise.all(waits)) t.like(lookup, { kind: 'failed', why: 'timeout', tries: { length: 1 } });
  t.is(held.length, 1);
  t.true(held[0]?.signal?.aborted);
});

test('a place is free again when those have left who had it', async (t) => {
  const { lookups, servers, held } = heldLookups({ maxInFlight: 1 });
  const abort = new AbortController();
  const first = lookups.lookup(ASKED, servers, { ...PATIENT, signal: abort.signal });
  const second = lookups.lookup(question('b.example.org'), servers, PATIENT);
  t.is(held.length, 1);
  abort.abort(new Error('leaving'));
  await t.throwsAsync(first, { message: 'leaving' });
  held[0]?.end();
  await new Promise((resolve) => setImmediate(resolve));
  t.is(held.length, 2);
  held[1]?.answer({});
  t.is((await second).kind, 'nodata');
});
