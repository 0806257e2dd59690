import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { many, one, toggle } from '../flags/flag.ts';
import { refuseNotBuilt } from '../flags/not-built.ts';
import { domain, integer, text } from '../flags/value.ts';
import { compareScenarios } from '../simulation/compare-scenarios.ts';
import { playScenario } from '../simulation/play-scenario.ts';

/** One command with several modes; each is a file of ../simulation/. */
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
    if (values.compare === undefined) await playScenario(path, values, io);
    else await compareScenarios(path, { ...values, compare: values.compare }, io);
    return EXIT.done;
  },
});
