import test from 'ava';
import { ListenError } from '../src/index.ts';
import { bindPort, closePair } from '../src/io/bind-port.ts';
import type { ListenerPair } from '../src/io/bind-port.ts';
import { Dispatcher } from '../src/io/dispatcher.ts';
import { TcpListener } from '../src/io/tcp-listener.ts';
import { UdpListener } from '../src/io/udp-listener.ts';
import { checkLimits } from '../src/limits.ts';
import { parseListenAddress } from '../src/listen-address.ts';
import { NameServer } from '../src/name-server.ts';
import { RequestLog } from '../src/request-log.ts';

test('with port 0 another one is tried when UDP got a port that TCP cannot have', async (t) => {
  const pairs: ListenerPair[] = [];
  const bound = await bindPort(parseListenAddress('127.0.0.1:0'), () => {
    pairs.push(makePair());
    return pairs.length < 3 ? takenForTcp(pairs.at(-1)!) : pairs.at(-1)!;
  });
  t.true(pairs.length >= 3); // more when somebody else really has the port
  t.is(bound.udp.address().port, bound.port);
  t.like(bound.tcp.address(), { port: bound.port });
  t.throws(() => pairs[0]?.udp.address(), { message: /not running/i }); // those that failed are closed
  await closePair(bound);
});

test('with port 0 it gives up in the end', async (t) => {
  let pairs = 0;
  const error = await t.throwsAsync(
    bindPort(parseListenAddress('127.0.0.1:0'), () => {
      pairs += 1;
      return takenForTcp(makePair());
    }),
    { instanceOf: ListenError },
  );
  t.is(error?.code, 'EADDRINUSE');
  t.is(pairs, 20);
});

test('a port that was asked for is tried once', async (t) => {
  const first = await bindPort(parseListenAddress('127.0.0.1:0'), makePair);
  let pairs = 0;
  const again = bindPort(parseListenAddress(`127.0.0.1:${first.port}`), () => {
    pairs += 1;
    return makePair();
  });
  await t.throwsAsync(again, { instanceOf: ListenError, message: new RegExp(`127.0.0.1:${first.port}`) });
  t.is(pairs, 1);
  await closePair(first);
});

function makePair(): ListenerPair {
  const dispatcher = new Dispatcher(new NameServer({ zones: [], now: () => 0 }), new RequestLog(0));
  return { udp: new UdpListener(4, dispatcher), tcp: new TcpListener(dispatcher, checkLimits({})) };
}

function takenForTcp(pair: ListenerPair): ListenerPair {
  pair.tcp.listen = () => {
    queueMicrotask(() => pair.tcp.emit('error', Object.assign(new Error('taken'), { code: 'EADDRINUSE' })));
    return pair.tcp;
  };
  return pair;
}
