import test from 'ava';
import { layOutMap, mapNote } from '../src/report-page/site-map.ts';
import type { SimulationReport } from '../src/index.ts';
import { report } from './small-report.ts';

// Each of `count` sites was served by all others.
function served(count: number): SimulationReport {
  const [site] = report.sites;
  if (site === undefined) throw new Error('the small report has a site');
  const names = Array.from({ length: count }, (_, at) => `s${at}`);
  return { ...report, sites: names.map((name) => ({ ...site, name, served: Object.fromEntries(names.map((to, at) => [to, at + 1])) })) };
}

test('a map draws all flows between sites while they are few', (t) => {
  const map = layOutMap(served(8), 800);
  t.is(map.flows.length, 8 * 7);
  t.notRegex(mapNote(map), /widest/);
});

test('a map of very many flows draws the widest, and says so', (t) => {
  const map = layOutMap(served(40), 800);
  t.is(map.flows.length, 60);
  t.true(map.flows.every(({ served }) => served >= 39));
  t.regex(mapNote(map), /The 60 widest of 1,560 are drawn\.$/);
});

for (const count of [1, 2, 8, 40]) {
  test(`${count} sites stay inside the map and do not touch each other`, (t) => {
    const { places, width, height } = layOutMap(served(count), 900);
    for (const [at, { x, y, radius }] of places.entries()) {
      t.true(x - radius >= 0 && x + radius <= width && y - radius >= 0 && y + radius <= height);
      for (const other of places.slice(at + 1)) t.true(Math.hypot(x - other.x, y - other.y) >= radius + other.radius);
    }
  });
}
