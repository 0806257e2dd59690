import { parseDomainName } from '@srvkit/dns';
import test from 'ava';
import type { Request } from './peer.ts';
import { NAME, answer, good, peerOf, clientOf } from './served-lookup.ts';

test('the same question at the same time is asked once; a fresh one is asked for itself', async (t) => {
  const peer = await peerOf(t, good);
  const client = clientOf(t, [peer]);
  const abort = new AbortController();
  const leaving = client.lookup(NAME, 'SRV', { signal: abort.signal });
  const shared = [client.lookup(NAME, 'SRV'), client.lookup(NAME, 'SRV')];
  const fresh = client.lookup(NAME, 'SRV', { fresh: true });
  await Promise.resolve();
  abort.abort(new Error('leaving'));
  await t.throwsAsync(leaving, { message: 'leaving' });
  for (const lookup of await Promise.all([...shared, fresh])) t.is(lookup.kind, 'records');
  t.is(peer.requests.length, 2);
});

test('who has less time shares the question, and is told alone that his time is over', async (t) => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<Request>();
  const peer = await peerOf(t, ask);
  const client = clientOf(t, [peer]);
  const patient = [60_000, 30_000, undefined].map((timeoutMs) => client.lookup(NAME, 'SRV', timeoutMs === undefined ? {} : { timeoutMs }));
  const impatient = await client.lookup(NAME, 'SRV', { timeoutMs: 20 });
  t.like(impatient, { kind: 'failed', why: 'timeout', cached: false, rcode: null, server: null });
  t.like(impatient.tries, { length: 1, 0: { server: peer.address, transport: 'udp', outcome: 'timeout', rcode: null } });
  good(await asked);
  for (const lookup of await Promise.all(patient)) t.like(lookup, { kind: 'records', cached: false, tries: { length: 1 } });
  t.is(peer.requests.length, 1);
  t.like(await client.lookup(NAME, 'SRV', { timeoutMs: 20 }), { kind: 'records', cached: true });
});

test('who comes late to a question has his own time, and the evidence of all that was tried for it', async (t) => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<Request>();
  const [bad, silent] = [await peerOf(t, (request) => request.reply(answer(request, { rcode: 'SERVFAIL' }))), await peerOf(t, ask)];
  const client = clientOf(t, [bad, silent]);
  const first = client.lookup(NAME, 'SRV', { timeoutMs: 60_000 });
  const request = await asked;
  const late = await client.lookup(NAME, 'SRV', { timeoutMs: 20 });
  t.like(late, { kind: 'failed', why: 'servfail', rcode: 'SERVFAIL', server: bad.address });
  t.deepEqual(
    late.tries.map(({ server, outcome }) => [server, outcome]),
    [
      [bad.address, 'answered'],
      [silent.address, 'timeout'],
    ],
  );
  t.true((late.tries[1]?.ms ?? 0) >= 15);
  good(request);
  t.like(await first, { kind: 'records', server: silent.address });
});

test('when the last one leaves, the question is given up: by his deadline as a failure that is remembered, by his signal without a word', async (t) => {
  const peer = await peerOf(t, () => {});
  const client = clientOf(t, [peer]);
  const both = await Promise.all([20, 25].map((timeoutMs) => client.lookup(NAME, 'SRV', { timeoutMs })));
  t.deepEqual(
    both.map(({ kind, cached }) => [kind, cached]),
    [
      ['failed', false],
      ['failed', false],
    ],
  );
  t.like(await client.lookup(NAME, 'SRV', { timeoutMs: 20 }), { kind: 'failed', why: 'timeout', cached: true, tries: [] });
  t.true(peer.requests.length <= 1);
  const other = parseDomainName('b.example.org');
  const aborts = [new AbortController(), new AbortController()];
  const leaving = aborts.map(({ signal }) => client.lookup(other, 'SRV', { signal }));
  for (const abort of aborts) abort.abort(new Error('leaving'));
  for (const wait of leaving) await t.throwsAsync(wait, { message: 'leaving' });
  t.like(await client.lookup(other, 'SRV', { timeoutMs: 20 }), { kind: 'failed', cached: false }, 'nothing was remembered');
});

test('who has more time than the client gives by itself has it', async (t) => {
  const { promise: waited, resolve: wait } = Promise.withResolvers<Request>();
  const peer = await peerOf(t, wait);
  const client = clientOf(t, [peer], { timeoutMs: 20 });
  const patient = client.lookup(NAME, 'SRV', { timeoutMs: 60_000 });
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'failed', why: 'timeout' });
  good(await waited);
  t.is((await patient).kind, 'records');
});

test('more questions than places wait for their turn', async (t) => {
  let open = 0;
  let most = 0;
  const peer = await peerOf(t, (request) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      good(request);
    }, 5);
  });
  const client = clientOf(t, [peer], { maxInFlight: 3 });
  const names = Array.from({ length: 12 }, (_, n) => parseDomainName(`n${n}.example.org`));
  const lookups = await Promise.all(names.map((name) => client.lookup(name, 'SRV')));
  t.is(lookups.length, 12);
  t.is(most, 3);
});

test('whoever waits for a turn keeps his deadline and his signal', async (t) => {
  const peer = await peerOf(t, () => {});
  const client = clientOf(t, [peer], { maxInFlight: 1, attempts: 1, tryTimeoutMs: 200 });
  const first = client.lookup(NAME, 'SRV');
  const second = await client.lookup(parseDomainName('b.example'), 'A', { timeoutMs: 20 });
  t.like(second, { kind: 'failed', why: 'timeout', tries: [] });
  const abort = new AbortController();
  const third = client.lookup(parseDomainName('c.example'), 'A', { signal: abort.signal });
  abort.abort(new Error('tired'));
  await t.throwsAsync(third, { message: 'tired' });
  t.like(await first, { kind: 'failed', why: 'timeout' });
});
