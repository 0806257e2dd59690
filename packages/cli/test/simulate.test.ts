import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { duration } from '../src/render/figures.ts';
import { srvkit } from './capture.ts';

const FIXTURE = 'fixtures/scenarios/cold-backup.yaml';

test('simulate prints one document, the same each time; what depends on the machine goes to standard error', async (t) => {
  const first = await srvkit(['simulate', FIXTURE, '--json']);
  const again = await srvkit(['simulate', FIXTURE, '--json']);
  t.is(first.status, 0, first.stderr);
  t.is(first.stdout, again.stdout);
  t.regex(first.stderr, /^\d+ passes in [\d.]+ s(, \d+ thousand a second)?, \d+ MiB resident\n$/);
  const { v, scenario, seed, days, clients } = first.json();
  t.deepEqual({ v, scenario, seed, days, clients }, { v: 1, scenario: 'cold-backup', seed: 1, days: 60, clients: 500 });
});

test('another seed is another chance', async (t) => {
  const one = await srvkit(['simulate', FIXTURE, '--json']);
  const two = await srvkit(['simulate', FIXTURE, '--json', '--seed', '2']);
  t.is(two.json().seed, 2);
  t.notDeepEqual(two.json().hosts, one.json().hosts);
});

test('as text it shows hosts, sites, the timeline and findings in plain words', async (t) => {
  const { stdout } = await srvkit(['simulate', FIXTURE]);
  for (const heading of ['Hosts', 'Sites', 'Timeline', 'Findings']) t.regex(stdout, new RegExp(`^${heading}$`, 'm'));
  t.regex(stdout, /^ {2}- kms-backup answered nobody until day 30 and then refused \d+ requests in .*: below threshold$/m);
});

test('times are shown to the nearest tenth: a median of 4 h and a little is no 3 h', (t) => {
  // A percentile is the lower edge of its box, 1/128 wide.
  t.deepEqual([14_352_384, 36_000_000, 864_000_000, 565_000_000, 90_000, 40].map(duration), ['4h', '10h', '10d', '6.5d', '1.5m', '40ms']);
});

test('a terminal is shown how far it has come', async (t) => {
  let shown = '';
  const { stdout } = await srvkit(['simulate', FIXTURE, '--json'], { stderr: { write: (text) => void (shown += text), isTerminal: true } });
  t.regex(shown, /#+\.* day \d+, \d+ activations/);
  t.notThrows(() => JSON.parse(stdout));
});

test('a scenario that cannot be played is one line with file, line, path and remedy, and status 2', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-simulate-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'bad.yaml');
  writeFileSync(file, 'name: bad\nduration: soon\n');
  const { status, stdout, stderr } = await srvkit(['simulate', file]);
  t.is(status, 2);
  t.is(stdout, '');
  t.is(stderr, `srvkit: ${file}:2: duration: is not a duration: write it with its unit, such as 120m, 7d or 180d, in whole minutes\n`);
});

test('--report writes one page beside what is printed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-simulate-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'page.html');
  const printed = await srvkit(['simulate', FIXTURE, '--json', '--report', file]);
  t.is(printed.status, 0, printed.stderr);
  const [, data = ''] = /id="data">(.*?)<\/script>/s.exec(readFileSync(file, 'utf8')) ?? [];
  t.deepEqual(JSON.parse(data), printed.json());
  t.deepEqual(readdirSync(folder), ['page.html']);
});

test('--report into a folder that is not there, or over a folder, is one line and status 2', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-simulate-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const nowhere = await srvkit(['simulate', FIXTURE, '--report', join(folder, 'none', 'page.html')]);
  t.is(nowhere.status, 2);
  t.is(
    nowhere.stderr,
    `srvkit: ${join(folder, 'none', 'page.html')}: cannot be written: its folder is not there: make the folder first (ENOENT)\n`,
  );
  const over = await srvkit(['simulate', FIXTURE, '--report', folder]);
  t.is(over.status, 2);
  t.is(over.stderr, `srvkit: ${folder}: cannot be written: it is a folder: name a file (EISDIR)\n`);
  t.deepEqual(readdirSync(folder), []);
});

test('--report and --csv take the place of nothing but a file: a device or a pipe is refused, and a link', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-simulate-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  symlinkSync('/dev/null', join(folder, 'hosts.csv'));
  for (const [flag, place, named, why] of [
    ['--report', pipe, pipe, 'it is a device or a pipe: name a file'],
    ['--csv', folder, join(folder, 'hosts.csv'), 'it is a symbolic link, which is not followed: name the file itself (ELOOP)'],
  ] as const) {
    const { status, stdout, stderr } = await srvkit(['simulate', FIXTURE, flag, place]);
    t.is(status, 2);
    t.is(stdout, '');
    t.is(stderr, `srvkit: ${named}: cannot be written: ${why}\n`);
  }
  t.true(lstatSync(pipe).isFIFO());
  t.true(lstatSync(join(folder, 'hosts.csv')).isSymbolicLink());
  t.is(readdirSync(folder).length, 2);
});

test('--csv writes the series into a folder that is there, and refuses one that is not', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-simulate-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const { status, stderr } = await srvkit(['simulate', FIXTURE, '--csv', folder]);
  t.is(status, 0, stderr);
  t.deepEqual(readdirSync(folder).toSorted(), ['events.csv', 'hosts.csv', 'sites.csv', 'states.csv']);
  t.regex(readFileSync(join(folder, 'hosts.csv'), 'utf8'), /^day,.*kms-backup.*\r\n0,\d+/);
  const nowhere = await srvkit(['simulate', FIXTURE, '--csv', join(folder, 'none')]);
  t.is(nowhere.status, 2);
  t.is(
    nowhere.stderr,
    `srvkit: ${join(folder, 'none', 'hosts.csv')}: cannot be written: its folder is not there: make the folder first (ENOENT)\n`,
  );
});

test('of the files of one command all are written or none: what stood there before is put back', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-simulate-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const page = join(folder, 'page.html');
  writeFileSync(page, 'an older page');
  writeFileSync(join(folder, 'sites.csv'), 'older series');
  mkdirSync(join(folder, 'events.csv')); // the last of the files cannot be written
  const { status, stdout, stderr } = await srvkit(['simulate', FIXTURE, '--report', page, '--csv', folder]);
  t.is(status, 2);
  t.is(stdout, '');
  t.is(stderr, `srvkit: ${join(folder, 'events.csv')}: cannot be written: it is a folder: name a file (EISDIR)\n`);
  t.deepEqual(readdirSync(folder).toSorted(), ['events.csv', 'page.html', 'sites.csv']);
  t.is(readFileSync(page, 'utf8'), 'an older page');
  t.is(readFileSync(join(folder, 'sites.csv'), 'utf8'), 'older series');
});

test('a folder in the place of an earlier file is left alone, too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-simulate-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'hosts.csv'));
  const { status, stderr } = await srvkit(['simulate', FIXTURE, '--csv', folder]);
  t.is(status, 2);
  t.is(stderr, `srvkit: ${join(folder, 'hosts.csv')}: cannot be written: it is a folder: name a file (EISDIR)\n`);
  t.deepEqual(readdirSync(folder), ['hosts.csv']);
});

test('series are written over older ones, and nothing else is left in the folder', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-simulate-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'hosts.csv'), 'older series');
  const { status, stderr } = await srvkit(['simulate', FIXTURE, '--csv', folder]);
  t.is(status, 0, stderr);
  t.regex(readFileSync(join(folder, 'hosts.csv'), 'utf8'), /^day,/);
  t.deepEqual(readdirSync(folder).toSorted(), ['events.csv', 'hosts.csv', 'sites.csv', 'states.csv']);
});

test('a page in the place of one of the series is refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-simulate-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const page = join(folder, 'sites.csv');
  const { status, stderr } = await srvkit(['simulate', FIXTURE, '--report', page, '--csv', folder]);
  t.is(status, 2);
  t.is(stderr, `srvkit: ${page}: two results would be written there: name another file\n`);
  t.deepEqual(readdirSync(folder), []);
});

test('--compare shows two scenarios side by side, as text and as a document', async (t) => {
  const other = 'fixtures/scenarios/wan-cut.yaml';
  const [one, two, both, text] = await Promise.all([
    srvkit(['simulate', FIXTURE, '--json']),
    srvkit(['simulate', other, '--json']),
    srvkit(['simulate', FIXTURE, '--compare', other, '--json']),
    srvkit(['simulate', FIXTURE, '--compare', other]),
  ]);
  t.is(both.status, 0, both.stderr);
  const document = both.json();
  t.deepEqual(document.scenarios, ['cold-backup', 'wan-cut']);
  t.deepEqual(document.succeeded, [one.json().activations.succeeded, two.json().activations.succeeded]);
  const backup = document.hosts.find(({ name }: { name: string }) => name === 'kms-backup');
  t.is(backup.activations[1], null); // only the first has it
  t.deepEqual(document.findings, [one.json().findings, two.json().findings]);
  t.regex(text.stdout, /^ {2}kms-backup +[\d,]+ +- +[\d.]+ % +-$/m);
  t.regex(text.stdout, /^ {2}branch .* - +6.7d$/m); // the cut of a week, in its own words
  t.regex(text.stderr, /^\d+ passes in .* MiB resident\n$/);
});

test('--compare with --csv is one line and status 2', async (t) => {
  const { status, stderr } = await srvkit(['simulate', FIXTURE, '--compare', FIXTURE, '--csv', tmpdir()]);
  t.is(status, 2);
  t.is(stderr, 'srvkit: --compare shows two scenarios: play one of them alone for --report or --csv\n');
});
