import { Socket } from 'node:net';
import test from 'ava';
import type { Endpoint, Probe, Resolution } from '@srvkit/resolver';
import { followSrv } from '../src/io/follow-srv.ts';

test('of two connections that were opened at the same time the one to the host is given, the other destroyed', async (t) => {
  const [host, loser] = [endpoint('a.'), endpoint('b.')];
  const [wanted, other] = [new Socket(), new Socket()];
  // Neither was called off when the other was there.
  const resolve = async (_request: unknown, { probe }: { readonly probe?: unknown } = {}): Promise<Resolution> => {
    await Promise.all([host, loser].map((each) => (probe as Probe)(each, new AbortController().signal)));
    return { host } as unknown as Resolution;
  };
  const open = async (each: Endpoint): Promise<Socket> => (each === host ? wanted : other);
  const { socket } = await followSrv({ resolve }, { service: '_http._tcp' }, {}, open);
  t.is(socket, wanted);
  t.deepEqual([wanted.destroyed, other.destroyed], [false, true]);
  wanted.destroy();
});

function endpoint(target: string): Endpoint {
  return { target, address: '192.0.2.1', port: 80, source: 'dns', domain: 'example.org.', priority: 0, weight: 0 };
}
