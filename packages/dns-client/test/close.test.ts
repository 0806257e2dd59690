import { createSocket } from 'node:dgram';
import { makeMessage, parseDomainName, encodeMessage } from '@srvkit/dns';
import test from 'ava';
import { createDnsClient } from '../src/index.ts';
import { question, response } from './messages.ts';
import { createPeer } from './peer.ts';

// A file of its own: it counts what its thread has open.

test('close leaves no socket and no timer, whatever was under way and whoever had left', async (t) => {
  const before = open();
  const abort = new AbortController();
  const { promise: busy, resolve } = Promise.withResolvers<void>();
  const peer = await createPeer(({ message, transport, reply }) => {
    const [asked = question('.')] = message.question;
    if (transport === 'udp' && asked.type === 'TXT') reply(encodeMessage(response(asked, { id: message.id, truncated: true })));
    if (peer.requests.filter(({ transport }) => transport === 'tcp').length === 5) resolve();
  });
  const server = peer.address;
  const client = createDnsClient({ servers: [server], maxInFlight: 4, tryTimeoutMs: 60_000, tcpTimeoutMs: 60_000, timeoutMs: 60_000 });
  const names = Array.from({ length: 8 }, (_, n) => parseDomainName(`n${n}.example.org`));
  const { signal } = abort;
  const waits = [
    ...names.map((name) => client.lookup(name, 'TXT', { signal })), // three over TCP, the others queued
    client.lookup(parseDomainName('a.example.org'), 'A'),
    client.exchange(makeMessage({ id: 1, opcode: 'UPDATE', question: [question('example.org', 'SOA')] }), { server, transport: 'udp' }),
    client.exchange(makeMessage({ id: 1, opcode: 'UPDATE', question: [question('example.org', 'SOA')] }), { server, signal }),
    client.transfer(parseDomainName('example.org'), { server }),
  ];
  const ended = Promise.allSettled(waits);
  await busy;
  abort.abort(new Error('leaving'));
  await client.close();
  await peer.close();
  const reasons = (await ended).map((each) => (each.status === 'rejected' ? (each.reason as Error).message : each.status));
  t.deepEqual(new Set(reasons), new Set(['leaving', 'The DNS client was closed']));
  // The system's part of a closed socket is gone some turns later.
  while (open().length > before.length) await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(open(), before);
  // Idle sockets keep nothing alive, so they are not in that list: their ports must be free again.
  const ports = new Set(peer.requests.filter(({ transport }) => transport === 'udp').map(({ port }) => port));
  t.true(ports.size > 1);
  for (const port of ports) t.true(await isFreeSoon(port));
});

/** Within some turns: idle sockets would go by themselves some seconds later. */
async function isFreeSoon(port: number): Promise<boolean> {
  for (let turns = 0; turns < 100; turns += 1) if (await isFree(port)) return true;
  return false;
}

async function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const bound = new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => resolve(true));
  });
  return bound.finally(() => socket.close());
}

function open(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /UDP|TCP|Timeout/.test(kind));
}
