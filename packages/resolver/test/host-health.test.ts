import test from 'ava';
import type { Candidate } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import { healthOptions } from '../src/health-options.ts';
import { HostHealth } from '../src/host-health.ts';

const name = parseDomainName('A.example.org.');

test('of many that come when the penalty is over, exactly one tries the host', (t) => {
  const { health, pass } = start();
  health.begin(candidate(80), '_sip._tcp')('dead');
  t.true(health.isDemoted(name, 80));
  pass(1000);
  t.false(health.isDemoted(name, 80));
  const trial = health.begin(candidate(80), '_sip._tcp');
  t.true(health.isDemoted(name, 80));
  health.begin(candidate(80), '_sip._tcp')('unknown');
  t.true(health.isDemoted(name, 80), 'only the trial itself ends the trial');
  t.deepEqual(trial('alive'), { kind: 'recovered', failures: 1 });
  t.false(health.isDemoted(name, 80));
});

test('another port is another host, another spelling of the name is not', (t) => {
  const { health } = start();
  health.begin(candidate(80), '_sip._tcp')('dead');
  t.false(health.isDemoted(name, 81));
  t.true(health.isDemoted(parseDomainName('a.EXAMPLE.org.'), 80));
});

test('of more hosts than are kept the oldest is forgotten', (t) => {
  const { health } = start();
  for (const port of [1, 2, 3]) health.begin(candidate(port), '_sip._tcp')('dead');
  t.deepEqual(
    [1, 2, 3].map((port) => health.isDemoted(name, port)),
    [false, true, true],
  );
});

function start() {
  let now = 0;
  const health = new HostHealth(
    healthOptions({ penaltyMs: 1000, maxHosts: 2 }),
    () => now,
    () => 0,
  );
  return { health, pass: (ms: number) => void (now += ms) };
}

function candidate(port: number): Candidate {
  return { source: 'dns', domain: null, target: name.toString(), name, port, priority: 10, weight: 0 };
}
