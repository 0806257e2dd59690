import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSweep, parseKnob, variantFigures } from '@srvkit/simulator/sweep';
import { WorkerFailure } from '@srvkit/simulator/workers';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Interrupted, UsageError } from '../src/exit.ts';
import { variantFailure } from '../src/simulation/variant-failure.ts';
import { srvkit } from './capture.ts';

const FIXTURE = 'fixtures/scenarios/cold-backup.yaml';
const KNOB = 'hosts.kms-backup.publish[0].priority=10,90';

test('every variant has the figures of that scenario and seed played alone, whatever the number of threads', async (t) => {
  const [one, many] = await Promise.all(
    ['1', '4'].map((workers) => srvkit(['simulate', FIXTURE, '--sweep', KNOB, '--seeds', '2', '--json', '--workers', workers])),
  );
  t.is(one?.status, 0, one?.stderr);
  t.is(one?.stdout, many?.stdout);
  const document = one?.json();
  t.deepEqual(document.scenarios, ['cold-backup']);
  t.deepEqual(document.knobs, [{ path: 'hosts.kms-backup.publish[0].priority', values: [10, 90] }]);
  const folder = temporaryFolder(t);
  for (const { scenario, settings, seed, ...figures } of document.variants) {
    const file = join(folder, `${settings[0]}.yaml`);
    writeFileSync(file, readFileSync(FIXTURE, 'utf8').replace("'contoso.com, 90, 100'", `'contoso.com, ${settings[0]}, 100'`));
    const alone = await srvkit(['simulate', file, '--seed', String(seed), '--json']);
    t.deepEqual(figures, variantFigures(alone.json()));
    t.is(scenario, 0);
  }
  t.deepEqual(
    document.variants.map(({ settings, seed }: { settings: number[]; seed: number }) => [...settings, seed]),
    [
      [10, 1],
      [10, 2],
      [90, 1],
      [90, 2],
    ],
  );
});

test('as text there is a row for each variant: what was set, how it went, and the share of each host', async (t) => {
  const { status, stdout, stderr } = await srvkit(['simulate', FIXTURE, '--sweep', KNOB, '--sweep', 'policies.law=rfc2782,uniform']);
  t.is(status, 0, stderr);
  t.regex(
    stdout,
    /^cold-backup: 4 variants, seed 1\n {2}hosts\.kms-backup\.publish\[0\]\.priority = 10, 90\n {2}policies\.law = rfc2782, uniform\n/,
  );
  t.regex(stdout, /^ {2}priority +law +activations +failed +over the WAN/m);
  t.regex(stdout, /^ {8}90 +rfc2782( +[\d.]+ % +[\d,]+){2}$/m);
  t.regex(stderr, /^\d+ passes in [\d.]+ s(, \d+ thousand a second)?, \d+ MiB resident\n$/);
});

test('over seeds there are median, interval, least and most of each figure', async (t) => {
  const { stdout } = await srvkit(['simulate', FIXTURE, '--seeds', '6', '--seed', '11']);
  t.regex(stdout, /^cold-backup: 6 variants, 6 seeds each, from 11 on\n\nOver the seeds\n/);
  t.regex(stdout, /^ {2}share of kms-1 +[\d.]+ % +[\d.]+ % to [\d.]+ % +[\d.]+ % +[\d.]+ %$/m);
  t.notRegex(stdout, /disconnected/); // nobody ever is
});

test('two scenarios are swept together, each host where it is', async (t) => {
  const knob = 'clients.desktops.caching=true,false';
  const other = 'fixtures/scenarios/single-site.yaml';
  const [both, alone, text] = await Promise.all([
    srvkit(['simulate', FIXTURE, '--compare', other, '--sweep', knob, '--json']),
    srvkit(['simulate', other, '--sweep', knob, '--json']),
    srvkit(['simulate', FIXTURE, '--compare', other, '--sweep', knob]),
  ]);
  const { scenarios, variants } = both.json();
  t.deepEqual(scenarios, ['cold-backup', 'single-site']);
  t.deepEqual(
    variants.slice(2),
    alone.json().variants.map((variant: object) => ({ ...variant, scenario: 1 })),
  );
  t.regex(text.stdout, /^ {2}B +false +[\d.]+ % +[\d,]+ +- +- +[\d.]+ % +[\d,]+$/m);
});

test('--csv writes a row for each variant, and of several seeds the spread of each figure', async (t) => {
  const folder = temporaryFolder(t);
  const { status, stderr } = await srvkit(['simulate', FIXTURE, '--sweep', KNOB, '--csv', folder]);
  t.is(status, 0, stderr);
  t.deepEqual(readdirSync(folder), ['variants.csv']);
  const rows = readFileSync(join(folder, 'variants.csv'), 'utf8').trimEnd().split('\r\n');
  t.regex(rows[0] ?? '', /^scenario,hosts\.kms-backup\.publish\[0\]\.priority,seed,clients,activations,/);
  t.is(rows.length, 3);
  t.regex(rows[2] ?? '', /^cold-backup,90,1,500,\d+,/);
  t.is((await srvkit(['simulate', FIXTURE, '--seeds', '2', '--csv', folder])).status, 0);
  t.deepEqual(readdirSync(folder).toSorted(), ['spreads.csv', 'variants.csv']);
  t.regex(
    readFileSync(join(folder, 'spreads.csv'), 'utf8'),
    /^scenario,figure,count,median,least,most,median95From,median95To\r\n.*\r\ncold-backup,activations,2,/s,
  );
});

test('--report writes a page of all variants', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'sweep.html');
  const { status, stderr } = await srvkit(['simulate', FIXTURE, '--sweep', KNOB, '--report', file, '--csv', folder]);
  t.is(status, 0, stderr);
  const [, data = ''] = /id="data">(.*?)<\/script>/s.exec(readFileSync(file, 'utf8')) ?? [];
  t.deepEqual((JSON.parse(data) as { axes: unknown }).axes, [{ name: 'hosts.kms-backup.publish[0].priority', values: ['10', '90'] }]);
  t.deepEqual(readdirSync(folder).toSorted(), ['sweep.html', 'variants.csv']);
});

const WRONG: readonly (readonly [line: string, stderr: RegExp])[] = [
  ['--sweep hosts.kms-1.port', /^srvkit: --sweep: "hosts\.kms-1\.port" is no setting with its values: write PATH=FROM\.\.TO\/STEP/],
  ['--sweep hosts.kms-9.port=1', /^srvkit: .*cold-backup\.yaml:\d+: hosts\.kms-9: is not there: use kms-1, kms-backup\n$/],
  [
    '--sweep hosts.kms-1.port=1,0',
    /^srvkit: .*cold-backup\.yaml:\d+: hosts\.kms-1\.port: is too small: at least 1 \(with hosts\.kms-1\.port=0\)\n$/,
  ],
  ['--seeds 0', /^srvkit: --seeds: "0" is not a decimal number from 1 to 10000\n$/],
  ['--workers 2', /^srvkit: --workers: this is for --sweep and --seeds only\n$/],
  ['--seeds 2 --seed 4294967295', /^srvkit: seed: 2 seeds from 4294967295 on go beyond 4294967295/],
  ['--seeds 2 --report /nowhere/at/all.html', /^srvkit: \/nowhere\/at\/all\.html: cannot be written: its folder is not there/],
  ['--seeds 2 --csv /nowhere/at/all', /^srvkit: \/nowhere\/at\/all\/variants\.csv: cannot be written: its folder is not there/],
];

for (const [line, wanted] of WRONG) {
  test(`${line} is one line and status 2, before anything is played`, async (t) => {
    const { status, stdout, stderr } = await srvkit(['simulate', FIXTURE, ...line.split(' ')]);
    t.is(status, 2);
    t.is(stdout, '');
    t.regex(stderr, wanted);
  });
}

test('a terminal is shown how far all variants have come', async (t) => {
  let shown = '';
  const stderr = { write: (text: string) => void (shown += text), isTerminal: true };
  const { stdout } = await srvkit(['simulate', FIXTURE, '--seeds', '3', '--json'], { stderr });
  t.regex(shown, /#+\.* of 3 variants/);
  t.notThrows(() => JSON.parse(stdout));
});

test('a signal ends all threads at once, and nothing is printed or written', async (t) => {
  const folder = temporaryFolder(t);
  const interruption = new AbortController();
  const stderr = {
    write: (text: string) => (text.includes('of 50') ? interruption.abort(new Interrupted('SIGINT')) : undefined),
    isTerminal: true,
  };
  const ran = await srvkit(['simulate', FIXTURE, '--seeds', '50', '--csv', folder], { stderr, signal: interruption.signal });
  t.is(ran.status, 130);
  t.is(ran.stdout, '');
  t.deepEqual(readdirSync(folder), []);
});

test('a signal is heard while the variants are checked', async (t) => {
  const interruption = new AbortController();
  const write = (text: string): void => (text.includes('are checked') ? interruption.abort(new Interrupted('SIGTERM')) : undefined);
  const ran = await srvkit(['simulate', FIXTURE, '--sweep', KNOB], { stderr: { write, isTerminal: true }, signal: interruption.signal });
  t.is(ran.status, 143);
  t.is(ran.stdout, '');
});

test('a thread that fails is told with the variant it played', (t) => {
  const sweep = makeSweep([{ text: readFileSync(FIXTURE, 'utf8') }], { knobs: [parseKnob(KNOB)], seeds: 2 });
  const full = variantFailure(sweep, new WorkerFailure('OUT_OF_MEMORY', 2, new Error('heap')));
  t.true(full instanceof UsageError);
  t.is(
    full.message,
    'cold-backup, hosts.kms-backup.publish[0].priority=90, seed 1: its thread ran out of memory: give fewer --workers, or simulate fewer clients',
  );
  const crashed = variantFailure(sweep, new WorkerFailure('CRASHED', 1, new Error('no such host')));
  t.false(crashed instanceof UsageError);
  t.is(crashed.message, 'cold-backup, hosts.kms-backup.publish[0].priority=10, seed 2: the thread that played it crashed');
});

function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-sweep-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}
