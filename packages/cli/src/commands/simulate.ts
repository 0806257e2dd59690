import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { compareReports, csvSeries, parseScenario, playInSteps } from '@srvkit/simulator';
import { renderHtmlReport } from '@srvkit/simulator/report';
import type { Progress, Scenario, SimulationReport } from '@srvkit/simulator';
import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { many, one, toggle } from '../flags/flag.ts';
import { refuseNotBuilt } from '../flags/not-built.ts';
import { domain, integer, text } from '../flags/value.ts';
import { checkReplaceable, readable, readInput } from '../input-file.ts';
import type { Io } from '../io.ts';
import { writeOutput } from '../output-file.ts';
import { renderComparison } from '../render/comparison.ts';
import { renderSimulation } from '../render/simulation.ts';
import { styleFor } from '../render/style.ts';

export const simulate: Command = defineCommand({
  name: 'simulate',
  words: 'SCENARIO',
  arity: { min: 0, max: 1 },
  describe: 'Play a scenario: what a whole estate of sites, hosts and clients will do.',
  flags: {
    seed: one('N', integer(0, 2 ** 32 - 1), "in place of the scenario's seed"),
    report: one('FILE.html', text, 'also write the result as one HTML page that needs no network'),
    csv: one('DIR', text, 'also write the series as CSV files into this folder'),
    compare: one('SCENARIO', text, 'play this one too and show both side by side; not with --report or --csv'),
    sweep: one('PATH=FROM..TO/STEP', text, 'play a variant for each value (not built yet)'),
    seeds: one('N', integer(1, 10_000), 'play N seeds (not built yet)'),
    'from-dns': toggle('write a scenario from live zones (not built yet)'),
    domain: many('D', domain, 'for --from-dns (not built yet)'),
    json: toggle('one JSON document'),
  },
  examples: [
    ['srvkit simulate fixtures/scenarios/east-west.yaml --report east-west.html', "the guide's second scenario, and a page to look at"],
    ['srvkit simulate estate.yaml --seed 2 --json', 'the same again with other chance, as a document'],
  ],
  async run(values, [path], io) {
    refuseNotBuilt(values, ['sweep', 'seeds', 'from-dns']);
    if (path === undefined) throw new UsageError('SCENARIO is missing: name the file');
    if (values.report !== undefined) await checkReplaceable(values.report);
    if (values.csv !== undefined) await checkReplaceable(join(values.csv, 'hosts.csv'));
    if (values.compare !== undefined && (values.report ?? values.csv) !== undefined)
      throw new UsageError('--compare shows two scenarios: play one of them alone for --report or --csv');
    const scenario = await readScenario(path);
    if (values.compare !== undefined) {
      const other = await readScenario(values.compare);
      const comparison = compareReports(await play(scenario, values.seed, io), await play(other, values.seed, io));
      if (io.stderr.isTerminal) io.stderr.write('\r\u001b[K');
      io.stdout.write(values.json ? `${JSON.stringify(comparison)}\n` : renderComparison(comparison, styleFor(io.stdout)));
      return EXIT.done;
    }
    const startedAt = io.now();
    const report = await play(scenario, values.seed, io);
    if (values.report !== undefined) await writeOutput(values.report, renderHtmlReport(report));
    if (values.csv !== undefined) {
      for (const [name, series] of csvSeries(report)) await writeOutput(join(values.csv, name), series);
    }
    if (io.stderr.isTerminal) io.stderr.write('\r\u001b[K');
    io.stderr.write(`${speed(report, io.now() - startedAt)}\n`);
    io.stdout.write(values.json ? `${JSON.stringify(report)}\n` : renderSimulation(report, styleFor(io.stdout)));
    return EXIT.done;
  },
});

async function readScenario(path: string): Promise<Scenario> {
  const { bytes } = await readInput(path);
  return readable(() => parseScenario(bytes.toString('utf8'), { file: path }));
}

// Between the steps signals are heard: a long simulation can be stopped.
async function play(scenario: Scenario, seed: number | undefined, io: Io): Promise<SimulationReport> {
  const startedAt = io.now();
  const simulation = playInSteps(scenario, seed === undefined ? {} : { seed });
  for (;;) {
    const step = simulation.next();
    if (step.done === true) return step.value;
    if (io.stderr.isTerminal) showProgress(step.value, startedAt, io);
    await setImmediate();
    io.signal.throwIfAborted();
  }
}

const BAR = 30;

function showProgress({ minute, durationMinutes, activations }: Progress, startedAt: number, io: Io): void {
  const done = minute / durationMinutes;
  const filled = Math.round(done * BAR);
  const elapsedMs = io.now() - startedAt;
  const left = done > 0.02 ? `, ${Math.ceil((elapsedMs * (1 - done)) / done / 1000)} s left` : '';
  const bar = `${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}`;
  io.stderr.write(`\r\u001b[K${bar} day ${Math.floor(minute / 1440)}, ${activations} activations${left}`);
}

// Not part of the document, which is the same on every machine.
function speed({ activations }: SimulationReport, elapsedMs: number): string {
  const passes = activations.succeeded + activations.failed;
  const rate = elapsedMs > 0 ? `, ${Math.round(passes / elapsedMs)} thousand a second` : '';
  return `${passes} passes in ${(elapsedMs / 1000).toFixed(1)} s${rate}, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB resident`;
}
