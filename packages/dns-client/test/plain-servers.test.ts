import test from 'ava';
import { PlainServers } from '../src/plain-servers.ts';

const QUARTER_OF_AN_HOUR = 15 * 60_000;

test('a server that refused EDNS is known for a quarter of an hour, then it is tried again', (t) => {
  const servers = new PlainServers();
  servers.add('192.0.2.1:53', 1000);
  t.true(servers.has('192.0.2.1:53', 1000 + QUARTER_OF_AN_HOUR - 1));
  t.false(servers.has('192.0.2.1:53', 1000 + QUARTER_OF_AN_HOUR));
  t.false(servers.has('192.0.2.2:53', 1000));
});

test('no more than a thousand are known, the last ones', (t) => {
  const servers = new PlainServers();
  for (let n = 0; n <= 1000; n += 1) servers.add(`server ${n}`, n);
  t.false(servers.has('server 0', 1001));
  t.true(servers.has('server 1', 1001));
});
