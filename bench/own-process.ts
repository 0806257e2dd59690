import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * What a program of this folder sends to whoever began it. It has a process of its own: what V8 compiled for another measurement, and the
 * heap that it left, would be measured with it. Throws when it ends without a word; `what` says what it was to do.
 */
export async function inOwnProcess<T>(program: string, argument: string, what: string): Promise<T> {
  const child = fork(new URL(program, import.meta.url), [argument]);
  const ended = once(child, 'exit');
  const sent = await Promise.race([
    once(child, 'message').then(([message]) => message as T),
    ended.then(([status]) => {
      throw new Error(`${what} ended with ${status} before it had a result`);
    }),
  ]);
  await ended;
  return sent;
}
