import test from 'ava';
import { findEndpoints, literalEndpoints } from '../src/io/endpoints.ts';

const SERVERS = [
  { host: 'dns.example', port: 5300 },
  { host: '192.0.2.1', port: 53 },
  { host: 'gone.example', port: 53 },
];

test('a name stands for all its addresses, in order; one without any keeps its place', async (t) => {
  const found = await findEndpoints(SERVERS, { timeoutMs: 1000 }, async (host) =>
    host === 'dns.example' ? ['2001:db8::1', '192.0.2.7'] : [],
  );
  t.deepEqual(
    [...found],
    [
      ['[2001:db8::1]:5300', { address: '2001:db8::1', port: 5300, family: 6, text: '[2001:db8::1]:5300' }],
      ['192.0.2.7:5300', { address: '192.0.2.7', port: 5300, family: 4, text: '192.0.2.7:5300' }],
      ['192.0.2.1:53', { address: '192.0.2.1', port: 53, family: 4, text: '192.0.2.1:53' }],
      ['gone.example:53', undefined],
    ],
  );
});

test('addresses need nobody to ask', (t) => {
  t.deepEqual([...(literalEndpoints([{ host: '192.0.2.1', port: 1 }])?.keys() ?? [])], ['192.0.2.1:1']);
  t.is(literalEndpoints(SERVERS), undefined);
});

test('a name of which the system does not say in time what it means has no address; the others have theirs', async (t) => {
  const found = await findEndpoints(SERVERS, { timeoutMs: 5 }, () => new Promise(() => {}));
  t.deepEqual(
    [...found].map(([name, endpoint]) => [name, endpoint?.address]),
    [
      ['dns.example:5300', undefined],
      ['192.0.2.1:53', '192.0.2.1'],
      ['gone.example:53', undefined],
    ],
  );
});

test('an aborted signal ends the wait with its reason', async (t) => {
  const abort = new AbortController();
  const waiting = findEndpoints(SERVERS, { timeoutMs: 1000, signal: abort.signal }, () => new Promise(() => {}));
  abort.abort(new Error('enough'));
  await t.throwsAsync(waiting, { message: 'enough' });
});
