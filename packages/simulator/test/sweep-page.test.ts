import { createHash } from 'node:crypto';
import test from 'ava';
import { simulate } from '../src/index.ts';
import { renderSweepReport } from '../src/report-page/index.ts';
import { makeSweep, parseKnob, sweepReport, variantFigures } from '../src/sweep/index.ts';
import type { SweepOptions, SweepReport } from '../src/sweep/index.ts';
import { placesOn, scaleOf, sizesOf } from '../src/sweep-page/axis-scale.ts';
import { cellText } from '../src/sweep-page/cell-text.ts';
import { movingCharts, stillFigures } from '../src/sweep-page/figure-charts.ts';
import { sweepTable } from '../src/sweep-page/sweep-table.ts';

const text = `
name: small
duration: 10d
sites: { east: { search: [east.contoso.com] } }
hosts:
  kms-e1: { site: east, publish: ['east.contoso.com, 10, 75'] }
  kms-e2: { site: east, publish: ['east.contoso.com, 10, 25'] }
clients: { desktops: { site: east, count: 60 } }
`;

function swept(options: SweepOptions, texts = [text]): SweepReport {
  const sweep = makeSweep(
    texts.map((each) => ({ text: each })),
    options,
  );
  return sweepReport(
    sweep,
    sweep.variants.map(({ scenario, seed }) => variantFigures(simulate(scenario, { seed }))),
  );
}

const knobs = [parseKnob('hosts.kms-e1.publish[0].weight=0..50/25')];
const report = swept({ knobs });

for (const name of ['</script><script>alert(1)</script>', '<!--<script>', '\u2028&quot;"\'', '\u202Egnp.exe']) {
  test(`the page of a sweep holds ${JSON.stringify(name)} as data that nothing can break out of`, (t) => {
    const html = renderSweepReport({ ...report, scenarios: [name] });
    const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
    t.deepEqual((JSON.parse(data) as { scenarios: string[] }).scenarios, [name]);
    t.notRegex(data, /[<>&\u2028\u2029]/);
    t.is(html.replace(data, ''), renderSweepReport(report).replace(/(id="data">).*?(<\/script>)/s, '$1$2'));
  });
}

test('the policy allows the style and the script of the page, by their hashes, and no network', (t) => {
  const html = renderSweepReport(report);
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const [, style] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
  const [, script] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
  t.is(policy, `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`);
});

test('a row is a combination, an axis a knob or the scenarios', (t) => {
  const other = text.replace('name: small', 'name: other').replaceAll('kms-e2', 'kms-e3');
  const { axes, rows, columns } = sweepTable(swept({ knobs }, [text, other]));
  t.deepEqual(axes, [
    { name: 'hosts.kms-e1.publish[0].weight', values: ['0', '25', '50'] },
    { name: 'scenario', values: ['A small', 'B other'] },
  ]);
  t.deepEqual(
    rows.map(({ at }) => at),
    [
      [0, 0],
      [1, 0],
      [2, 0],
      [0, 1],
      [1, 1],
      [2, 1],
    ],
  );
  const column = columns.findIndex(({ label }) => label === 'share of kms-e3');
  t.deepEqual(
    rows.map(({ cells }) => cells[column] === null),
    [true, true, true, false, false, false],
  );
});

test('a cell holds the median over seeds, its ends, and its interval where there is one', (t) => {
  const [few] = sweepTable(swept({ knobs, seeds: 3 })).rows;
  const [many] = sweepTable(swept({ knobs, seeds: 6 })).rows;
  t.deepEqual(few?.cells[0], [60, 60, 60]); // clients
  t.deepEqual(many?.cells[0], [60, 60, 60, 60, 60]);
});

test('without a knob the seeds are the axis, and the spread stands beside them', (t) => {
  const { axes, rows, overall } = sweepTable(swept({ seeds: 6 }));
  t.deepEqual(axes, [{ name: 'seed', values: ['1', '2', '3', '4', '5', '6'] }]);
  t.deepEqual(
    rows.map(({ cells }) => cells[0]),
    Array.from({ length: 6 }, () => [60]),
  );
  t.deepEqual(overall[0], [60, 60, 60, 60, 60]);
});

test('what moves has a chart, what does not is told', (t) => {
  const table = sweepTable(report);
  const [shares, ...others] = movingCharts(table);
  t.is(shares?.title, 'Share of each host');
  t.deepEqual(
    shares?.lines.map(({ name, dashed }) => [name, dashed]),
    [
      ['kms-e1', true],
      ['kms-e2', true],
      ['kms-e1', false],
      ['kms-e2', false],
    ],
  );
  const still = stillFigures(table).map(({ title }) => title);
  t.true(still.includes('Activations'));
  t.deepEqual(
    others.filter(({ title }) => still.includes(title)),
    [],
  );
});

test('of many hosts a chart shows the eight that move the most, and says how many it leaves out', (t) => {
  const names = Array.from({ length: 11 }, (_, at) => `h${at}`);
  const [first] = report.variants;
  const [host] = first?.hosts ?? [];
  if (first === undefined || host === undefined) throw new Error('there is a variant with a host');
  const variants = [0, 1, 2].map((row) => ({
    ...first,
    settings: [25 * row],
    hosts: names.map((name, at) => ({ ...host, name, share: 0.01 * at * row })),
  }));
  const [chart] = movingCharts(sweepTable({ ...report, variants }));
  t.is(chart?.left, 3);
  t.deepEqual(
    chart?.lines.filter(({ dashed }) => !dashed).map(({ name }) => name),
    names.slice(3),
  );
});

const PLACES: readonly (readonly [values: readonly string[], places: readonly number[], areQuantities: boolean])[] = [
  [['0', '25', '100'], [0, 0.25, 1], true],
  [['100', '0'], [1, 0], true],
  [['500ms', '1s', '2s'], [0, 1 / 3, 1], true],
  [['0%', '1%'], [0, 1], true],
  [['-1h', '0m', '1h'], [0, 0.5, 1], true],
  [['ordered', 'exclusive', 'other'], [0, 0.5, 1], false],
  [['1', '2s', '9'], [0, 0.5, 1], false], // of two kinds
  [['60s', '1m', '2m'], [0, 0.5, 1], false], // two are the same
  [['7'], [0.5], true],
];

for (const [values, places, areQuantities] of PLACES) {
  test(`${values.join(' ')} stand ${areQuantities ? 'by their size' : 'one after the other'}`, (t) => {
    t.deepEqual(placesOn(values), places);
    t.is(sizesOf(values) !== undefined, areQuantities);
  });
}

test('an axis of durations is in the unit that keeps its numbers short', (t) => {
  t.deepEqual(
    [0, 1999, 2000, 119_999, 7_200_000, 172_800_000].map((highest) => scaleOf('ms', highest).name),
    ['ms', 'ms', 's', 's', 'h', 'd'],
  );
  t.is(scaleOf('share', 0.5).name, '%');
});

test('a cell is written with its unit, and with its ends where it has them', (t) => {
  t.is(cellText(null, 'count'), '–');
  t.is(cellText([1234], 'count'), '1,234');
  t.is(cellText([1234, 1234, 1234], 'count'), '1,234');
  t.is(cellText([0.167, 0.142, 0.181], 'share'), '16.70 % (14.20 % to 18.10 %)');
  t.is(cellText([6100, 40, 7_200_000, 40, 6200], 'ms'), '6.1 s (40 ms to 2.0 h)');
});

function hash(style = ''): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}
