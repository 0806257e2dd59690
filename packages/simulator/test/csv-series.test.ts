import test from 'ava';
import { csvSeries } from '../src/index.ts';
import { play } from './play.ts';
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
  const [states, ...counted] = rowsOf(files.get('states.csv'));
  t.deepEqual(states, ['day', 'site', ...Object.keys(report.sites[0]?.states ?? {})]);
  t.deepEqual(counted.at(-1), ['10', 'east', ...Object.values(report.sites[0]?.states ?? {}).map(String)]);
  t.is(rowsOf(files.get('events.csv'))[1]?.[1], 'crash kms-e1');
});

// [how long, in bins of how many minutes, the last rows of hosts.csv and of states.csv]
for (const [duration, binMinutes, lastBin, lastMoment] of [
  ['100m', 1, '0.0688', '0.0694'],
  ['1000m', 5, '0.691', '0.6944'],
  ['1001m', 5, '0.6944', '0.6951'], // the last bin has one minute
  ['41d', 360, '40.75', '41'],
] as const) {
  test(`the bins of ${duration} end where the simulation ends`, (t) => {
    const clients = { desktops: { site: 'east', count: 1, profile: 'service' } };
    const hosts = { a: { site: 'east' } };
    const played = play({ name: 'short', duration, sites: { east: { search: ['contoso.com'] } }, hosts, clients });
    const files = csvSeries(played);
    t.is(played.series.binMinutes, binMinutes);
    t.is(rowsOf(files.get('hosts.csv')).at(-1)?.[0], lastBin);
    t.is(rowsOf(files.get('sites.csv')).at(-1)?.[0], lastBin);
    t.is(rowsOf(files.get('states.csv')).at(-1)?.[0], lastMoment);
    t.is(played.hosts[0]?.series.activations.length, played.series.bins);
    t.is(played.sites[0]?.series.states.connected.length, played.series.bins + 1);
  });
}

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
