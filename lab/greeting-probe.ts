import { connect } from 'node:net';
import type { Probe } from '@srvkit/resolver';

/**
 * A host works when it answers a word with its own: an open port alone could be anybody's. A connection that ends without one failed. `localAddress` is where it
 * comes from.
 */
export function greetingProbe(localAddress: string | undefined): Probe {
  return ({ address, port }, signal) =>
    new Promise((settle, fail) => {
      const socket = connect({ host: address, port, signal, ...(localAddress === undefined ? {} : { localAddress }) });
      socket.once('connect', () => socket.write('hello\n'));
      socket.once('error', fail);
      socket.once('close', () => fail(Object.assign(new Error(`${address} closed without an answer`), { code: 'ECONNRESET' })));
      socket.once('data', () => {
        settle({ outcome: 'reached' });
        socket.destroy();
      });
    });
}
