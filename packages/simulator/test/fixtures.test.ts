import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'yaml';
import { hostNamed, playFixture } from './play.ts';
import { allSettings, changedSettings } from './settings.ts';

const FOLDER = new URL('../../../fixtures/scenarios/', import.meta.url);

// What each fixture is there to show.

test('with caching left on, the clients of a lost host stay with the one that took them in', (t) => {
  const [crash, restore] = playFixture('east-west-caching').timeline;
  t.true((crash?.before.shares['kms-e1'] ?? 0) > 0.3);
  t.is(crash?.after.shares['kms-e1'], 0);
  t.is(restore?.after.shares['kms-e1'], 0);
});

test('half of what Vista clients ask crosses the WAN', (t) => {
  const { sites, activations } = playFixture('east-west-vista');
  const crossings = sites.reduce((sum, { wan }) => sum + wan.crossings, 0);
  const vista = (activations.succeeded + activations.failed) / 2;
  t.true(Math.abs(crossings - vista / 2) < 5 * Math.sqrt(vista / 4), `${crossings} of ${vista}`);
});

test('Table 5 taken literally loses the weights and the stand-in of the other site, and is diagnosed', (t) => {
  const report = playFixture('east-west-table-5');
  for (const name of ['KMS_E1', 'KMS_E2', 'KMS_W1', 'KMS_W2']) {
    t.is(hostNamed(report, name).fromOtherSites, 0);
    t.true(report.findings.some((finding) => finding.startsWith(`${name}: `) && finding.includes('names hosts where domains belong')));
  }
  t.true(
    Math.abs(hostNamed(report, 'KMS_E1').activations - hostNamed(report, 'KMS_E2').activations) <
      5 * Math.sqrt(report.activations.succeeded / 2),
  );
});

test('a WAN that is cut for a week costs nobody the licence, and is over two hours after the repair', (t) => {
  const { sites, timeline, series } = playFixture('wan-cut');
  const [, branch] = sites;
  const [cut, repair] = timeline;
  t.is(cut?.after.crossings, 0);
  t.is(repair?.after.failed, 0);
  // Nobody failed over: there was nothing to go to. All thousand waited, none longer than the cut and the two hours after it.
  t.is(branch?.timeToFailOver, null);
  t.is(branch?.timeOutOfService?.count, 1000);
  t.true((branch?.timeOutOfService?.worstMs ?? Infinity) < (7 * 24 + 2) * 3_600_000 + 1000);
  t.is(branch?.outOfService, 0);
  t.is(Math.max(...(branch?.series.states.ootGrace ?? [1])), 0);
  t.is(branch?.series.states.licensed[Math.ceil((28 * 1440) / series.binMinutes)], 1000);
});

test('worldwide has every feature in use: each setting that the schema knows', (t) => {
  const file: unknown = parse(readFileSync(new URL('worldwide.yaml', FOLDER), 'utf8'));
  const used = changedSettings(undefined, file);
  t.deepEqual(
    allSettings().flatMap(({ path }) => (used.has(path) ? [] : [path])),
    [],
  );
});

test('every scenario of the folder is one of those that tests and bench play', (t) => {
  const files = readdirSync(FOLDER).map((file) => file.replace('.yaml', ''));
  t.deepEqual(files.toSorted(), [
    'all-hosts-lost',
    'cold-backup',
    'east-west',
    'east-west-caching',
    'east-west-table-5',
    'east-west-vista',
    'single-site',
    'wan-cut',
    'worldwide',
  ]);
});
