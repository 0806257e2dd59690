import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Whether something on this machine takes TCP connections at a port: on loopback, or on another address of the machine. */
export async function probeTcp(port: number, signal: AbortSignal): Promise<boolean> {
  const loopback = await Promise.all(['127.0.0.1', '::1'].map((host) => takesConnections(host, port, signal)));
  if (loopback.includes(true)) return true;
  const others = Object.values(networkInterfaces()).flatMap((all) => all?.filter(({ internal }) => !internal) ?? []);
  const answers = await Promise.all(others.map(({ address, scopeid }) => takesConnections(scoped(address, scopeid), port, signal)));
  return answers.includes(true);
}

function scoped(address: string, scope: number | undefined): string {
  return scope === undefined || scope === 0 ? address : `${address}%${scope}`;
}

function takesConnections(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ host, port, signal });
    socket.once('connect', () => {
      settle(true);
      socket.destroy();
    });
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}
