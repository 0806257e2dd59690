import { once } from 'node:events';
import type { Socket } from 'node:net';
import test from 'ava';
import type { Endpoint } from '../src/index.ts';
import { handOver, tcpContact } from '../src/io/tcp-contact.ts';
import { closedPort } from './closed-port.ts';
import { listen } from './started-resolver.ts';

const never = new AbortController().signal;

test('a connection that breaks before its user has it in hand ends no process; he finds it broken', async (t) => {
  const socket = await reached(await listen(t));
  socket.destroy(new Error('reset'));
  await new Promise((resolve) => socket.once('close', resolve)); // not `once`, which listens for errors too
  const inHand = handOver(socket);
  t.true(inHand.destroyed);
  t.is(inHand.errored?.message, 'reset');
});

test('a connection that breaks after that is for its user to hear of', async (t) => {
  const socket = handOver(await reached(await listen(t)));
  const failed = once(socket, 'error');
  socket.destroy(new Error('reset'));
  t.deepEqual(await failed, [new Error('reset')]);
});

test('what nobody wants is closed; an attempt that is over ends with the reason of its signal', async (t) => {
  const socket = await reached(await listen(t));
  tcpContact.discard(socket);
  t.true(socket.destroyed);
  const ending = new AbortController();
  const attempt = tcpContact.reach(endpoint(await closedPort(t)), ending.signal);
  ending.abort(new Error('over'));
  await t.throwsAsync(attempt, { message: 'over' });
});

async function reached(port: number): Promise<Socket> {
  const result = await tcpContact.reach(endpoint(port), never);
  if (result.outcome !== 'reached') throw new Error('a host that listens is reached');
  return result.value;
}

function endpoint(port: number): Endpoint {
  return { target: 'a.', address: '127.0.0.1', port, source: 'dns', domain: 'example.org.', priority: 0, weight: 0 };
}
