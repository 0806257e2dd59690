import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decodeMessage, encodeMessage, makeMessage, parseRecord } from '@srvkit/dns';
import { createResolver, type Resolver } from '@srvkit/resolver';
import test, { type ExecutionContext } from 'ava';

const REQUEST = { service: '_sip._tcp', domains: ['example.org'] };
const SET = '_sip._tcp.example.org. 60 IN SRV 10 0 5060 a.example.org.';
const SHORT_MS = 30;

test('resolutions at the same time send one query, whatever their deadlines; the shortest is over alone', async (t) => {
  const { resolver, queries, answer } = await start(t);
  const patient = [60_000, 4000, 30_000].map((timeoutMs) => resolver.resolve(REQUEST, { probe: 'none', timeoutMs }));
  const impatient = await resolver.resolve(REQUEST, { probe: 'none', timeoutMs: SHORT_MS });
  t.like(impatient, { outcome: 'timed-out', code: { hresult: '0x800705B4' }, host: null });
  t.like(impatient.lookups, { length: 1, 0: { answer: 'failed', cached: false, tries: { length: 1, 0: { outcome: 'timeout' } } } });
  answer();
  for (const resolution of await Promise.all(patient)) t.like(resolution, { outcome: 'selected', host: { target: 'a.example.org.' } });
  t.is(queries.length, 1);
});

test('a lookup that may take less time than the whole has failed when that is over, and the others wait on', async (t) => {
  const { resolver, queries, answer } = await start(t);
  const patient = resolver.resolve(REQUEST, { probe: 'none' });
  const impatient = await resolver.resolve(REQUEST, { probe: 'none', lookupTimeoutMs: SHORT_MS });
  t.like(impatient, { outcome: 'failed', code: { hresult: '0x8007232A' } });
  answer();
  t.is((await patient).outcome, 'selected');
  t.is(queries.length, 1);
});

test('who is cancelled leaves the others their lookup', async (t) => {
  const { resolver, queries, answer } = await start(t);
  const leaver = new AbortController();
  const leaving = resolver.resolve(REQUEST, { probe: 'none', signal: leaver.signal });
  const staying = resolver.resolve(REQUEST, { probe: 'none', timeoutMs: 4000 });
  leaver.abort(new Error('leaving'));
  await t.throwsAsync(leaving, { message: 'leaving' });
  answer();
  t.is((await staying).outcome, 'selected');
  t.is(queries.length, 1);
});

test('when the last one is over, nobody is asked any longer: who comes then asks anew', async (t) => {
  const { resolver, queries, answer } = await start(t);
  const { outcome } = await resolver.resolve(REQUEST, { probe: 'none', timeoutMs: SHORT_MS });
  t.is(outcome, 'timed-out');
  const before = queries.length;
  const next = resolver.resolve(REQUEST, { probe: 'none' });
  answer();
  t.is((await next).outcome, 'selected');
  t.true(queries.length > before);
});

interface Held {
  readonly resolver: Resolver;
  readonly queries: { readonly query: Uint8Array; readonly port: number }[];
  /** Answers what was asked so far, and from now on everything at once. */
  readonly answer: () => void;
}

/** A resolver whose DNS server answers when it is told to. */
async function start(t: ExecutionContext): Promise<Held> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const queries: Held['queries'] = [];
  let isSilent = true;
  const reply = ({ query, port }: Held['queries'][number]): void => {
    const { id, question } = decodeMessage(query);
    socket.send(encodeMessage(makeMessage({ id, response: true, question, answer: [parseRecord(SET)] })), port, '127.0.0.1');
  };
  socket.on('message', (query, { port }) => {
    queries.push({ query, port });
    if (!isSilent) reply({ query, port });
  });
  const resolver = createResolver({ servers: [`127.0.0.1:${socket.address().port}`], dns: { tryTimeoutMs: 10_000 } });
  t.teardown(async () => {
    await resolver.close();
    socket.close();
  });
  const answer = (): void => {
    isSilent = false;
    for (const each of queries) reply(each);
  };
  return { resolver, queries, answer };
}
