import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { codec } from './codec.ts';
import { replies } from './replies.ts';
import { requests } from './requests.ts';
import type { FuzzProperty, FuzzTarget } from './target.ts';

/** What can be fed: `pnpm fuzz [NAME...] [--seed N] [--runs N]`, all of it without a name. The number of runs is for each property. */
const TARGETS: Readonly<Record<string, { readonly open: () => Promise<FuzzTarget>; readonly runs: number }>> = {
  codec: { open: codec, runs: 100_000 },
  replies: { open: replies, runs: 20_000 },
  requests: { open: requests, runs: 20_000 },
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' }, runs: { type: 'string' } } });
const unknown = positionals.find((name) => !Object.hasOwn(TARGETS, name));
if (unknown !== undefined) misuse(`fuzz ${unknown} is unknown: use ${Object.keys(TARGETS).join(', ')}`);
const seed = wholeNumber('seed', values.seed) ?? randomInt(2 ** 31);
const runs = wholeNumber('runs', values.runs);
console.log(`Node ${process.version}, seed ${seed}`);
for (const name of positionals.length > 0 ? positionals : Object.keys(TARGETS)) await fuzz(name);

/** Prints what held and the counterexamples of what did not; then the process ends with 1. */
async function fuzz(name: string): Promise<void> {
  const { open, runs: byDefault } = TARGETS[name] ?? misuse(`fuzz ${name} is unknown`);
  const target = await open();
  try {
    for (const property of target.properties) await check(name, property, runs ?? byDefault);
  } finally {
    await target.close();
  }
}

async function check(name: string, property: FuzzProperty, numRuns: number): Promise<void> {
  const { runs, broken } = await property.check({ seed, numRuns });
  console.log(`${name}: ${broken === undefined ? 'held' : 'BROKEN after'} ${runs} times: ${property.title}`);
  if (broken === undefined) return;
  process.exitCode = 1;
  console.log(`  ${broken.error}`);
  console.log(`  counterexample ${broken.counterexample}`);
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) misuse(`--${flag} ${text} is not a whole number`);
  return Number(text);
}

function misuse(message: string): never {
  console.error(message);
  process.exit(2);
}
