import test from 'ava';
import { parseScenario, simulate } from '../src/index.ts';
import type { PlayedPass } from '../src/index.ts';

test('every pass is told, with the host that served it and the one that failed it first', (t) => {
  const passes: PlayedPass[] = [];
  const scenario = parseScenario(
    JSON.stringify({
      name: 'x',
      duration: '5h',
      sites: { a: { search: ['contoso.com'] } },
      hosts: { first: { site: 'a', publish: ['contoso.com, 10, 1'] }, second: { site: 'a', publish: ['contoso.com, 20, 1'] } },
      clients: { services: { site: 'a', count: 2, profile: 'service', caching: false } },
      dns: { static: [{ domain: 'contoso.com', target: 'nobody.contoso.com', port: 1688, priority: 15, weight: 0 }] },
      timeline: [
        { at: '90m', crash: 'first' },
        { at: '150m', crash: 'second' },
      ],
    }),
  );
  const report = simulate(scenario, { onPass: (pass) => passes.push(pass) });
  const by = { group: 'services', member: 1 };
  t.deepEqual(
    passes.filter(({ member, minute }) => member === 1 && minute <= 180),
    [
      { minute: 0, ...by, host: 'first', failedFirst: null },
      { minute: 60, ...by, host: 'first', failedFirst: null },
      { minute: 120, ...by, host: 'second', failedFirst: 'first' },
      { minute: 180, ...by, host: null, failedFirst: 'first' },
    ],
  );
  t.is(passes.length, report.activations.succeeded + report.activations.failed);
});
