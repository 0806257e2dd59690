import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import type { ExecutionContext } from 'ava';

/**
 * A port of 127.0.0.1 on which nobody listens until the test is over: the near end of a connection has it, so that nobody else can be given
 * it. `port`: this one, which was just let go of.
 */
export async function closedPort(t: Pick<ExecutionContext, 'teardown'>, port = 0): Promise<number> {
  const beyond = createServer((socket) => socket.resume());
  await new Promise<void>((listening) => beyond.listen(0, '127.0.0.1', listening));
  const holder = connect({ port: (beyond.address() as AddressInfo).port, host: '127.0.0.1', localAddress: '127.0.0.1', localPort: port });
  t.teardown(() => {
    holder.destroy();
    beyond.close();
  });
  await once(holder, 'connect');
  return holder.localPort ?? port;
}
