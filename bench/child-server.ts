import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Which server `server-process.ts` plays. */
export type ServerKind = 'srvkit' | 'journal' | 'echo' | 'dns2';

/** A server in a process of its own, on loopback, so that it does not share a thread with its clients. */
export interface ChildServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** `folder`: for the journal. */
export async function startChildServer(kind: ServerKind, folder = ''): Promise<ChildServer> {
  const child = fork(new URL('server-process.ts', import.meta.url), [kind, folder]);
  const ended = once(child, 'exit');
  const port = await Promise.race([
    once(child, 'message').then(([message]) => Number(message)),
    ended.then(([status]) => {
      throw new Error(`the ${kind} server ended with ${status} before it was ready`);
    }),
  ]);
  return {
    port,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
