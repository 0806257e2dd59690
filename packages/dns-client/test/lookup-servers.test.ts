import test from 'ava';
import { clientLimits } from '../src/client-options.ts';
import { lookupServers } from '../src/io/lookup-servers.ts';
import { systemConfiguration } from '../src/system-configuration.ts';

const always = (): boolean => true;

test('resolv.conf says how often and how long a server is asked, three times at most (RFC 9520 section 3.2)', (t) => {
  const system = systemConfiguration('options timeout:4 attempts:5');
  const { schedule } = lookupServers(['127.0.0.1'], clientLimits({}), always, system);
  t.like(schedule, { attempts: 3, tryTimeoutMs: 4000 });
});

test('options go before resolv.conf', (t) => {
  const system = systemConfiguration('options timeout:4 attempts:2');
  const { schedule } = lookupServers(['127.0.0.1'], clientLimits({ attempts: 1, tryTimeoutMs: 300 }), always, system);
  t.like(schedule, { attempts: 1, tryTimeoutMs: 300 });
});

test('a client without EDNS speaks it with nobody', (t) => {
  for (const edns of [true, false]) {
    const { schedule } = lookupServers(['127.0.0.1'], clientLimits({ edns }), always);
    t.is(schedule.edns('127.0.0.1:53'), edns);
  }
});
