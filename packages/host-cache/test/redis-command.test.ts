import { getEventListeners } from 'node:events';
import test from 'ava';
import { HostCacheError } from '../src/index.ts';
import { runScript } from '../src/io/redis-command.ts';

const COMMAND = { script: 'return 1', keys: ['key'], args: [] };

for (const [title, sendCommand, message] of [
  [
    'throws',
    () => {
      throw new Error('The client is closed');
    },
    /^Redis key key: The client is closed$/,
  ],
  ['rejects', () => Promise.reject(new Error('The client is closed')), /^Redis key key: The client is closed$/],
  ['rejects without an error', () => Promise.reject(null), /^Redis key key: null$/],
] as const) {
  test(`a client that ${title} fails the command, and leaves nothing to be waited for`, async (t) => {
    const ending = new AbortController();
    const limits = { timeoutMs: 60_000, signal: ending.signal, code: 'NOT_READABLE' } as const;
    await t.throwsAsync(runScript({ sendCommand }, COMMAND, limits), { instanceOf: HostCacheError, code: 'NOT_READABLE', message });
    t.deepEqual(getEventListeners(ending.signal, 'abort'), []);
  });
}
