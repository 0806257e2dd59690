import type { LookupOptions } from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import { connect, type LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { DiscoveryError, SrvPortError, srvLookup } from '../src/index.ts';
import { closedPort } from './closed-port.ts';
import { listen, resolverFor } from './web-hosts.ts';

const service = '_http._tcp';

test('a lookup gives the address of a host at the port stated, in the form asked for', async (t) => {
  const port = await listen(t, http.createServer());
  const lookup = srvLookup({ resolver: await resolverFor(t, [`0 0 ${port}`]), service, port });
  t.deepEqual(await called(lookup, { all: true }), [null, [{ address: '127.0.0.1', family: 4 }]]);
  t.deepEqual(await called(lookup, { family: 4 }), [null, '127.0.0.1', 4]);
  const [error] = await called(lookup, { family: 6 });
  t.true(error instanceof DiscoveryError);
});

test('net.connect and http.request reach the host at the port stated, wherever it stands among others', async (t) => {
  const other = await listen(t, http.createServer());
  const port = await listen(
    t,
    http.createServer((request, response) => response.end(request.headers.host)),
  );
  const resolver = await resolverFor(t, [`10 0 ${other}`, `20 0 ${port}`]);
  const lookup = srvLookup({ resolver, service, port });

  const socket = connect({ host: 'example.org', port, lookup });
  await once(socket, 'connect');
  t.is(socket.remotePort, port);
  socket.destroy();

  const request = http.get({ host: 'example.org', port, lookup, agent: false });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  t.is(await text(response), `example.org:${port}`);

  const { demoted } = await resolver.resolve({ service, domains: ['example.org'] });
  t.deepEqual(demoted, []); // a host with another port has not failed
});

test('a lookup cannot follow records that all say another port', async (t) => {
  const port = await listen(t, http.createServer());
  const lookup = srvLookup({ resolver: await resolverFor(t, [`10 0 ${port}`, '20 0 2']), service, port: 1 });
  const [error] = await called(lookup, {});
  t.true(error instanceof SrvPortError);
  t.like(error, {
    code: 'ESRVPORT',
    message: `_http._tcp: no host listens on port 1, only a.example.org.:${port}, a.example.org.:2: connect by an agent`,
  });
});

test('a lookup whose host at the port stated fails says so, and not that there is none', async (t) => {
  const [dead, other] = [await closedPort(t), await listen(t, http.createServer())];
  const lookup = srvLookup({ resolver: await resolverFor(t, [`10 0 ${other}`, `20 0 ${dead}`]), service, port: dead });
  const [error] = await called(lookup, {});
  t.true(error instanceof DiscoveryError);
});

test('a host that a lookup passes over is neither well nor ill for it', async (t) => {
  const [dead, alive] = [await closedPort(t), await listen(t, http.createServer())];
  const resolver = await resolverFor(t, [`10 65535 ${dead}`, `10 0 ${alive}`]);
  const request = { service, domains: ['example.org'] };
  const demoted = async () => (await resolver.resolve(request, { probe: 'none', seed: 1 })).demoted.map(({ port }) => port);
  await resolver.resolve(request, { seed: 1 });
  t.deepEqual(await demoted(), [dead]);
  await called(srvLookup({ resolver, service, port: alive }), {});
  await called(srvLookup({ resolver, service, port: alive }), { family: 6 });
  t.deepEqual(await demoted(), [dead]);
});

function called(lookup: LookupFunction, options: LookupOptions): Promise<unknown[]> {
  return new Promise((resolve) => lookup('example.org', options, (...given) => resolve(given)));
}
