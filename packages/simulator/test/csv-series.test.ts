import test from 'ava';
import { csvSeries } from '../src/index.ts';
import { report } from './small-report.ts';

test('the columns add up to the figures of the report', (t) => {
  const files = csvSeries(report);
  t.deepEqual([...files.keys()], ['hosts.csv', 'sites.csv', 'states.csv', 'events.csv']);
  const [heading, ...rows] = rowsOf(files.get('hosts.csv'));
  t.deepEqual(heading, ['day', 'kms-e1']);
  t.is(rows.length, report.series.bins);
  t.is(
    rows.reduce((sum, [, activations]) => sum + Number(activations), 0),
    report.activations.succeeded,
  );
  const [columns, ...sites] = rowsOf(files.get('sites.csv'));
  t.deepEqual(columns, ['day', 'site', 'crossings', 'failed']);
  t.is(
    sites.reduce((sum, row) => sum + Number(row[3]), 0),
    report.activations.failed,
  );
  t.deepEqual(rowsOf(files.get('states.csv'))[0], ['day', 'site', ...Object.keys(report.sites[0]?.states ?? {})]);
  t.is(rowsOf(files.get('events.csv'))[1]?.[1], 'crash kms-e1');
});

for (const [text, cell] of [
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\r\nlines', '"two\r\nlines"'],
  ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
  ['\tx', "'\tx"],
] as const) {
  test(`the text ${JSON.stringify(text)} is the field ${JSON.stringify(cell)}`, (t) => {
    const [event] = report.timeline;
    if (event === undefined) return t.fail('the scenario has an event');
    const files = csvSeries({ ...report, timeline: [{ ...event, event: text, changed: [] }] });
    t.is(files.get('events.csv'), `day,event,changed\r\n5,${cell},\r\n`);
  });
}

// None of these files has a field that is quoted.
function rowsOf(file = ''): string[][] {
  return file
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
}
