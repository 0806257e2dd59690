import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { parseScenario } from '@srvkit/simulator';
import { makeLabReport } from '../lab/lab-report.ts';
import { playForReal } from '../lab/play-for-real.ts';
import { withClients } from '../lab/with-clients.ts';

// As fast as the machine can, a few clients, one seed: which hosts they find depends on that alone, so that these verdicts do not waver.
const QUICK = { seed: 1, msPerMinute: 0, processesPerSite: 1 } as const;
const LEVEL = 1e-6;

test('two sites that lose hosts behave for real as the simulator says, and not as it says of other weights', async (t) => {
  t.timeout(120_000); // processes take as long to start as the machine wants
  const file = scenarioText('east-west');
  const scenario = withClients(parseScenario(file), 72);
  const played = await playForReal(scenario, { variant: 'loopback', ...QUICK });
  t.is(played.passes.length, 72 * 16);
  const report = makeLabReport(scenario, played, { seed: 1, runs: 50, level: LEVEL });
  t.is(report.verdict, 'agrees', JSON.stringify(report.comparisons.filter(({ adjusted }) => adjusted <= LEVEL)));

  const swapped = withClients(parseScenario(file.replaceAll(', 75', ', XX').replaceAll(', 25', ', 75').replaceAll(', XX', ', 25')), 72);
  t.is(makeLabReport(swapped, played, { seed: 1, runs: 50, level: LEVEL }).verdict, 'differs');
});

test('a site without hosts is cut off for real as the simulator says', async (t) => {
  t.timeout(120_000); // processes take as long to start as the machine wants
  const scenario = withClients(parseScenario(scenarioText('wan-cut')), 50);
  const played = await playForReal(scenario, { variant: 'loopback', ...QUICK });
  t.true(played.passes.some(({ host }) => host === null));
  const report = makeLabReport(scenario, played, { seed: 1, runs: 50, level: LEVEL });
  t.is(report.verdict, 'agrees', JSON.stringify(report.comparisons.filter(({ adjusted }) => adjusted <= LEVEL)));
});

for (const { title, argv, want } of [
  { title: 'a scale without sense', argv: ['--scale', '1h'], want: /--scale 1h .*as 1h=1s/ },
  { title: 'too many clients', argv: ['weights', '--clients', '9000', '--loopback'], want: /room for 5000: use --clients/ },
]) {
  test(`pnpm lab refuses ${title} with status 2`, async (t) => {
    const lab = spawn(process.execPath, [resolve(import.meta.dirname, '../lab/main.ts'), ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [said, [status]] = await Promise.all([text(lab.stderr), once(lab, 'close')]);
    t.is(status, 2);
    t.regex(said, want);
  });
}

function scenarioText(name: string): string {
  return readFileSync(new URL(`../lab/scenarios/${name}.yaml`, import.meta.url), 'utf8');
}
