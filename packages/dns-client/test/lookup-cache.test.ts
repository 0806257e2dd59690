import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { parseDomainName } from '@srvkit/dns';
import type { Edns } from '@srvkit/dns';
import test from 'ava';
import type { Lookup } from '../src/index.ts';
import type { Request } from './peer.ts';
import { NAME, SRV, answer, good, peerOf, clientOf } from './served-lookup.ts';

/** EDNS with the Extended DNS Error 23, Network Error (RFC 8914 section 4.24). */
const NETWORK_ERROR: Edns = { udpPayloadSize: 1232, version: 0, dnssecOk: false, options: [{ code: 15, data: Uint8Array.of(0, 23) }] };

test('answers are remembered for their TTL, by name without case, type and servers', async (t) => {
  const peer = await peerOf(t, good);
  const other = await peerOf(t, good);
  let now = 1_000_000_000_000;
  const client = clientOf(t, [peer], { now: () => now });
  await client.lookup(NAME, 'SRV');
  now += 10_500;
  t.like(await client.lookup(parseDomainName('_X._TCP.EXAMPLE.ORG'), 'SRV'), {
    kind: 'records',
    cached: true,
    ttl: 49,
    tries: [],
    server: peer.address,
  });
  t.is(peer.requests.length, 1);
  t.like(await client.lookup(NAME, 'SRV', { servers: [other.address] }), { cached: false, server: other.address });
  t.like(await client.lookup(NAME, 'SRV', { fresh: true }), { cached: false });
  t.is(peer.requests.length, 2);
  now += 60_000;
  t.like(await client.lookup(NAME, 'SRV'), { cached: false });
  t.is(peer.requests.length, 3);
});

test('when servers fail, an answer whose TTL is over stands in, and they are asked again half a minute later', async (t) => {
  let act = good;
  const peer = await peerOf(t, (request) => act(request));
  let now = 1_000_000_000_000;
  const client = clientOf(t, [peer], { now: () => now });
  const first = await client.lookup(NAME, 'SRV');
  now += 90_000;
  act = (request) => request.reply(answer(request, { rcode: 'SERVFAIL', edns: NETWORK_ERROR }));
  const stale = await client.lookup(NAME, 'SRV');
  t.like(stale, { kind: 'records', stale: true, cached: true, ttl: 30, records: first.records, tries: [{ rcode: 'SERVFAIL' }] });
  t.deepEqual(
    stale.warnings.map(({ code }) => code),
    ['extended-error', 'stale-answer'],
    'what the servers said of their failure is told too',
  );
  t.like(await client.lookup(NAME, 'SRV', { fresh: true }), { kind: 'failed', why: 'servfail', stale: false });
  t.like(await client.lookup(NAME, 'SRV', { fresh: true, standIn: true }), { stale: true, tries: [{ rcode: 'SERVFAIL' }] });
  t.is(peer.requests.length, 4);
  t.like(await client.lookup(NAME, 'SRV'), { stale: true, tries: [] });
  t.is(peer.requests.length, 4, 'nobody is asked before half a minute is over');
  now += 30_000;
  act = (request) => request.reply(answer(request, { rcode: 'NXDOMAIN' }));
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'nxdomain', stale: false });
  now += 30_000;
  act = (request) => request.reply(answer(request, { rcode: 'SERVFAIL' }));
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'failed', stale: false });
});

test('a failure is remembered for a second, but not for a fresh lookup', async (t) => {
  const peer = await peerOf(t, (request) => request.reply(answer(request, { rcode: 'SERVFAIL' })));
  let now = 1_000_000_000_000;
  const client = clientOf(t, [peer], { now: () => now });
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'failed', cached: false });
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'failed', cached: true, tries: [] });
  t.is(peer.requests.length, 1);
  await client.lookup(NAME, 'SRV', { fresh: true });
  t.is(peer.requests.length, 2);
  now += 30_000;
  await client.lookup(NAME, 'SRV');
  t.is(peer.requests.length, 3);
});

test('when servers are slow, an answer whose TTL is over is given, and what they say at last is remembered and published', async (t) => {
  let now = 1_000_000_000_000;
  const held: Request[] = [];
  const { promise: asked, resolve: ask } = Promise.withResolvers<Request>();
  const hold = (request: Request): void => {
    held.push(request);
    ask(request);
  };
  const peer = await peerOf(t, (request) => (now === 1_000_000_000_000 ? good(request) : hold(request)));
  const client = clientOf(t, [peer], { now: () => now, patienceMs: 20 });
  await client.lookup(NAME, 'SRV');
  now += 90_000;
  const abort = new AbortController();
  t.like(await client.lookup(NAME, 'SRV', { signal: abort.signal }), { kind: 'records', stale: true, tries: [] });
  abort.abort(new Error('too late to end anything'));
  const published = new Promise<Lookup>((resolve) => {
    const hear = (message: unknown): void => {
      const { lookup } = message as { lookup: Lookup };
      if (lookup.server !== peer.address) return;
      unsubscribe('srvkit:refresh', hear);
      resolve(lookup);
    };
    subscribe('srvkit:refresh', hear);
  });
  // On a busy machine the question may come after our patience is over.
  const request = await asked;
  request.reply(answer(request, { answer: [SRV.replace(' a.', ' b.')] }));
  const { change } = await published;
  t.deepEqual([change?.added.length, change?.removed.length, change?.changed.length], [1, 1, 0]);
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'records', stale: false, cached: true });
  t.is(held.length, 1);
});

test('who leaves before a stale answer was given ends the question when he was the last', async (t) => {
  let now = 1_000_000_000_000;
  const peer = await peerOf(t, (request) => (now === 1_000_000_000_000 ? good(request) : abort.abort(new Error('leaving'))));
  const client = clientOf(t, [peer], { now: () => now });
  const abort = new AbortController();
  await client.lookup(NAME, 'SRV');
  now += 90_000;
  await t.throwsAsync(client.lookup(NAME, 'SRV', { signal: abort.signal }), { message: 'leaving' });
});
