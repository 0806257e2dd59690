import { Socket } from 'node:net';
import { makeRequest } from '@srvkit/discovery';
import test from 'ava';
import type { Endpoint, Probe, Resolution } from '@srvkit/resolver';
import { followSrv } from '../src/io/follow-srv.ts';
import { Trace } from '../src/trace.ts';

test('of two connections that were opened at the same time the one to the host is given, the other destroyed', async (t) => {
  const [host, loser] = [endpoint('a.'), endpoint('b.')];
  const [wanted, other] = [new Socket(), new Socket()];
  // Neither was called off when the other was there.
  const resolve = async (_request: unknown, { probe }: { readonly probe?: unknown } = {}): Promise<Resolution> => {
    await Promise.all([host, loser].map((each) => (probe as Probe)(each, new AbortController().signal)));
    return reached(host);
  };
  const open = async (each: Endpoint): Promise<Socket> => (each === host ? wanted : other);
  const { socket } = await followSrv({ resolve }, { service: '_http._tcp' }, {}, open);
  t.is(socket, wanted);
  t.deepEqual([wanted.destroyed, other.destroyed], [false, true]);
  wanted.destroy();
});

test('a connection that opens after the caller gave up is destroyed', async (t) => {
  const { promise: opening, resolve: open } = Promise.withResolvers<Socket>();
  const probed: Promise<unknown>[] = [];
  const resolve = async (_request: unknown, { probe }: { readonly probe?: unknown } = {}): Promise<Resolution> => {
    probed.push((probe as Probe)(endpoint('a.'), new AbortController().signal));
    throw new Error('enough');
  };
  await t.throwsAsync(
    followSrv({ resolve }, { service: '_http._tcp' }, {}, () => opening),
    { message: 'enough' },
  );
  const late = new Socket();
  open(late);
  await Promise.all(probed);
  t.true(late.destroyed);
});

test('a connection that opens after its attempt was over is destroyed, and takes the place of no other to the same host', async (t) => {
  const host = endpoint('a.');
  const [late, wanted] = [new Socket(), new Socket()];
  const { promise: opening, resolve: open } = Promise.withResolvers<Socket>();
  const connections = [opening, Promise.resolve(wanted)];
  // The first attempt has had its time; that of the repeated pass is quicker.
  const resolve = async (_request: unknown, { probe }: { readonly probe?: unknown } = {}): Promise<Resolution> => {
    const first = (probe as Probe)(host, AbortSignal.abort());
    await (probe as Probe)(host, new AbortController().signal);
    open(late);
    await first;
    return reached(host);
  };
  const { socket } = await followSrv({ resolve }, { service: '_http._tcp' }, {}, () => connections.shift() ?? opening);
  t.is(socket, wanted);
  t.deepEqual([wanted.destroyed, late.destroyed], [false, true]);
  wanted.destroy();
});

function reached({ target, port, address }: Endpoint): Resolution {
  const candidate = { source: 'dns', domain: null, target, name: null, port, priority: 0, weight: 0 } as const;
  return new Trace(makeRequest({ service: '_http._tcp' }), 1, () => 0).resolution({ outcome: 'reached', candidate, address });
}

function endpoint(target: string): Endpoint {
  return { target, address: '192.0.2.1', port: 80, source: 'dns', domain: 'example.org.', priority: 0, weight: 0 };
}
