import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import { drawOrder, pcg32, prepareSet } from '../src/index.ts';
import type { SrvTarget } from '../src/index.ts';

test('groups come by ascending priority and each is used up before the next', (t) => {
  const set = prepareSet([srv(90, 75, 'w1'), srv(10, 75, 'e1'), srv(90, 25, 'w2'), srv(10, 25, 'e2')]);
  for (let seed = 0; seed < 50; seed += 1) {
    t.deepEqual(
      [...drawOrder(set, pcg32(seed))].map(({ priority }) => priority),
      [10, 10, 90, 90],
    );
  }
});
function srv(priority: number, weight: number, host: string): SrvTarget {
  return { priority, weight, port: 1688, target: parseDomainName(`${host}.example.org.`) };
}
