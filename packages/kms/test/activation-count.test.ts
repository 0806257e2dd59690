import * as fc from 'fast-check';
import test from 'ava';
import { ActivationCount, COUNTED_MINUTES, PRODUCT_THRESHOLDS } from '../src/activation-count.ts';

test('25 Windows clients, 5 servers and 5 of Office are needed', (t) => {
  t.deepEqual(
    PRODUCT_THRESHOLDS.map(({ product, threshold }) => [product, threshold]),
    [
      ['windows-client', 25],
      ['windows-server', 5],
      ['office', 5],
    ],
  );
});

test('a client is counted once, however often it asks', (t) => {
  const count = new ActivationCount();
  t.is(count.count(7, 25, 0), 1);
  t.is(count.count(7, 25, 10), 1);
  t.is(count.count(8, 25, 11), 2);
});

test('a client is forgotten 30 days after it asked last', (t) => {
  const count = new ActivationCount();
  count.count(1, 25, 0);
  count.count(2, 25, 100);
  t.is(count.current(COUNTED_MINUTES - 1), 2);
  t.is(count.current(COUNTED_MINUTES), 1);
  t.is(count.current(COUNTED_MINUTES + 100), 0);
});

test('there is room for twice the threshold, and it never shrinks', (t) => {
  const count = new ActivationCount();
  for (let server = 0; server < 20; server += 1) count.count(server, 5, server);
  t.is(count.current(20), 10);
  for (let client = 100; client < 160; client += 1) count.count(client, 25, client);
  t.is(count.current(200), 50);
  count.count(500, 5, 300);
  t.is(count.current(300), 50);
});

test('it counts as a list of the last requests does', (t) => {
  // Numbers 512 apart share a mark.
  const machine = fc.tuple(fc.nat(40), fc.constantFrom(0, 512, 4096)).map(([low, high]) => low + high);
  const request = fc.record({ machine, threshold: fc.constantFrom(5, 25), wait: fc.nat(3000), restarts: fc.nat(60).map((n) => n === 0) });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 300 }), (requests) => {
      const count = new ActivationCount();
      let [now, room] = [0, 0];
      let list: { machine: number; at: number }[] = [];
      for (const { machine, threshold, wait, restarts } of requests) {
        now += wait;
        if (restarts) {
          count.clear();
          list = [];
        }
        room = Math.max(room, 2 * threshold);
        list = list.filter((each) => each.machine !== machine && now - each.at < COUNTED_MINUTES);
        list = [...list, { machine, at: now }].slice(-room);
        if (count.count(machine, threshold, now) !== list.length) return false;
      }
      return true;
    }),
  );
  t.pass();
});
