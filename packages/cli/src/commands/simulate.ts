import { KMS_SERVICE } from '@srvkit/kms';
import { parseKnob } from '@srvkit/simulator/sweep';
import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { many, one, toggle } from '../flags/flag.ts';
import type { FlagValues } from '../flags/flag.ts';
import { address, deadline, domain, integer, text } from '../flags/value.ts';
import { beginScenario } from '../simulation/begin-scenario.ts';
import { compareScenarios } from '../simulation/compare-scenarios.ts';
import { playScenario } from '../simulation/play-scenario.ts';
import { sweepScenarios } from '../simulation/sweep-scenarios.ts';

/** One command with several modes; each is a file of ../simulation/. */
export const simulate: Command = defineCommand({
  name: 'simulate',
  words: 'SCENARIO | --from-dns [SERVICE]',
  arity: { min: 0, max: 1 },
  describe: 'Play a scenario: what a whole estate of sites, hosts and clients will do.',
  flags: {
    seed: one('N', integer(0, 2 ** 32 - 1), "in place of the scenario's seed"),
    report: one('FILE.html', text, 'also write the result as one HTML page that needs no network'),
    csv: one('DIR', text, 'also write the series as CSV files into this folder'),
    compare: one('SCENARIO', text, 'play this one too and show both side by side; --report and --csv then need --sweep or --seeds'),
    sweep: many('PATH=FROM..TO/STEP', parseKnob, 'play a variant for each value of a setting; of several, for each combination'),
    seeds: one('N', integer(1, 10_000), 'play each variant with N seeds, from its own upwards'),
    workers: one('N', integer(1, 1024), 'of --sweep and --seeds: threads that play variants, as many as there are cores unless given'),
    'from-dns': toggle('begin a scenario: write one of what live zones hold, with comments on what to fill in'),
    domain: many('D', domain, 'with --from-dns: a domain to read; at least one'),
    server: many(
      'A',
      address,
      "with --from-dns: a DNS server of the zones, which are transferred where it allows that; the system's resolvers unless given",
    ),
    'tsig-key': one('FILE', text, 'with --from-dns: sign the transfer with this key'),
    timeout: one('D', deadline, 'with --from-dns: for one question, 5s unless given; a transfer has twice as long'),
    output: one('FILE', text, 'with --from-dns: write the scenario into this file, which must not be there yet'),
    json: toggle('one JSON document'),
  },
  examples: [
    ['srvkit simulate fixtures/scenarios/east-west.yaml --report east-west.html', "the guide's second scenario, and a page to look at"],
    ['srvkit simulate --from-dns --domain contoso.com --output estate.yaml', 'begin a scenario with what is published now'],
  ],
  async run(values, [path], io) {
    refuseOthersFlags(values);
    if (values['from-dns']) return beginScenario(path ?? KMS_SERVICE, values, io);
    if (path === undefined) throw new UsageError('SCENARIO is missing: name the file');
    const isSweep = values.sweep.length > 0 || values.seeds !== undefined;
    if (values.workers !== undefined && !isSweep) throw new UsageError('--workers: this is for --sweep and --seeds only');
    if (isSweep) await sweepScenarios(values.compare === undefined ? [path] : [path, values.compare], values, io);
    else if (values.compare === undefined) await playScenario(path, values, io);
    else await compareScenarios(path, { ...values, compare: values.compare }, io);
    return EXIT.done;
  },
});

const TO_PLAY = ['seed', 'report', 'csv', 'compare', 'sweep', 'seeds', 'workers'];
const TO_BEGIN = ['domain', 'server', 'tsig-key', 'timeout', 'output'];

function refuseOthersFlags(values: FlagValues): void {
  const isGiven = (flag: string): boolean => {
    const value = values[flag];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  };
  const foreign = (values['from-dns'] === true ? TO_PLAY : TO_BEGIN).find(isGiven);
  if (foreign === undefined) return;
  if (values['from-dns'] === true) throw new UsageError(`--${foreign} plays a scenario: --from-dns writes one, play that then`);
  throw new UsageError(`--${foreign} goes with --from-dns`);
}
