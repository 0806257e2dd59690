import { parseArgs } from 'node:util';
import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import type { Message } from '../src/index.ts';
import { PROPERTIES, shown } from '../test/codec-properties.ts';

// pnpm fuzz [--seed N] [--runs N]: the properties of the codec with many values. Prints its seed first, ends with 1 and the counterexample.
const DEFAULT_RUNS = 100_000;

const { values } = parseArgs({ options: { seed: { type: 'string' }, runs: { type: 'string' } } });
const seed = wholeNumber('seed', values.seed, randomInt(2 ** 31));
const runs = wholeNumber('runs', values.runs, DEFAULT_RUNS);
console.log(`seed ${seed}, ${runs} runs a property`);
for (const { title, property } of PROPERTIES) {
  const outcome = fc.check<[Message] | [Uint8Array]>(property, { seed, numRuns: runs });
  if (outcome.counterexample !== null) {
    process.exitCode = 1;
    console.log(`failed: ${title}`);
    console.log(`  after ${outcome.numRuns} runs: ${String(outcome.errorInstance)}`);
    console.log(`  counterexample ${shown(outcome.counterexample[0])}`);
  } else {
    console.log(`held: ${title}`);
  }
}

function wholeNumber(flag: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  if (!/^\d{1,10}$/.test(text)) {
    console.error(`--${flag} ${text} is not a whole number`);
    process.exit(2);
  }
  return Number(text);
}
