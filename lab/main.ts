import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parseScenario, ScenarioError } from '@srvkit/simulator';
import type { Scenario } from '@srvkit/simulator';
import { makeLabReport } from './lab-report.ts';
import { playForReal } from './play-for-real.ts';
import { whyNoNetns } from './netns/why-no-netns.ts';
import { whyNotPlayable } from './playable.ts';
import { formatReport } from './report-text.ts';
import type { Variant } from './stage.ts';
import { withClients } from './with-clients.ts';

const USAGE = 'pnpm lab [SCENARIO] [--seed N] [--scale 1h=1s] [--clients N] [--runs N] [--netns | --loopback] [--json]';
/** The chance that a lab and a simulator which follow the same law are told to differ. */
const LEVEL = 1e-4;

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const { values, positionals } = readArguments();
const seed = wholeNumber('seed', values.seed) ?? randomInt(2 ** 32);
const runs = wholeNumber('runs', values.runs) ?? 400;
const msPerMinute = readScale(values.scale ?? '1h=1s');
const scenario = await readScenario(positionals, wholeNumber('clients', values.clients));
const reason = whyNotPlayable(scenario);
if (reason !== undefined) misuse(`${scenario.name} cannot be played for real: ${reason}`);
const say = (what: string): void => console.error(what);

// Children end with this process, and its namespaces are removed when it exits.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

say(`${scenario.name}, seed ${seed}`);
const played = await playForReal(scenario, { variant: chooseVariant(), seed, msPerMinute, say }).catch((error: Error) =>
  misuse(`${scenario.name} could not be played: ${error.message}`),
);
say(`simulating ${runs} times`);
const report = makeLabReport(scenario, played, { seed, runs, level: LEVEL });
process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report));
if (report.verdict === 'differs') process.exitCode = 1;

function readArguments(): { values: Values; positionals: readonly string[] } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      allowPositionals: true,
      options: { seed: text, scale: text, clients: text, runs: text, netns: flag, loopback: flag, json: flag },
    });
  } catch (error) {
    return misuse(`${(error as Error).message}\n${USAGE}`);
  }
}

interface Values {
  readonly seed?: string | undefined;
  readonly scale?: string | undefined;
  readonly clients?: string | undefined;
  readonly runs?: string | undefined;
  readonly netns: boolean;
  readonly loopback: boolean;
  readonly json: boolean;
}

/** Namespaces where they can be had, unless told otherwise. */
function chooseVariant(): Variant {
  if (values.netns && values.loopback) misuse(`--netns or --loopback, not both\n${USAGE}`);
  if (values.loopback) return 'loopback';
  const reason = whyNoNetns();
  if (reason === undefined) return 'netns';
  if (values.netns) misuse(`--netns: ${reason}, or use --loopback`);
  say(`on loopback, because ${reason}`);
  return 'loopback';
}

/** A file, or the name of one in `lab/scenarios`. */
async function readScenario([given = 'east-west', ...more]: readonly string[], clients: number | undefined): Promise<Scenario> {
  if (more.length > 0) misuse(`one scenario at a time, not also ${more.join(', ')}\n${USAGE}`);
  const file = /^[\w-]+$/.test(given) ? new URL(`scenarios/${given}.yaml`, import.meta.url) : given;
  try {
    const read = parseScenario(await readFile(file, 'utf8'), { file: given });
    return clients === undefined ? read : withClients(read, clients);
  } catch (error) {
    if (error instanceof ScenarioError || (error instanceof Error && 'code' in error)) return misuse(error.message);
    throw error;
  }
}

/** `1h=1s`: the real milliseconds of one minute. */
function readScale(text: string): number {
  const match = /^(\d{1,6})(m|h|d)=(\d{1,6})(ms|s|m)$/.exec(text);
  const [, scenarioCount = '', scenarioUnit = '', realCount = '', realUnit = ''] = match ?? [];
  const minutes = (Number(scenarioCount) * UNIT_MS[scenarioUnit as keyof typeof UNIT_MS]) / UNIT_MS.m;
  const ms = (Number(realCount) * UNIT_MS[realUnit as keyof typeof UNIT_MS]) / minutes;
  if (!Number.isFinite(ms)) return misuse(`--scale ${text} is no scale: write the time of the scenario and the real one, as 1h=1s`);
  return ms;
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const least = name === 'seed' ? 0 : 1;
  if (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) < 2 ** 32) return Number(text);
  return misuse(`--${name} ${text} is not a whole number from ${least} to 4294967295`);
}

function misuse(message: string): never {
  console.error(message);
  process.exit(2);
}
