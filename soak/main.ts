import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { cacheKill } from './cache-kill.ts';
import { forged } from './forged.ts';
import { loss } from './loss.ts';
import { publisherKill } from './publisher-kill.ts';
import { serverKill } from './server-kill.ts';
import type { Soak, SoakOptions } from './soak.ts';

/** What can be put under fire: `pnpm soak [NAME...] [--count N] [--seed N]`, all of it without a name. */
const SOAKS: Readonly<Record<string, Soak>> = {
  'cache-kill': cacheKill,
  forged,
  loss,
  'publisher-kill': publisherKill,
  'server-kill': serverKill,
};

const MOST_BROKEN_SHOWN = 20;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { count: { type: 'string' }, seed: { type: 'string' } } });
const unknown = positionals.find((name) => !Object.hasOwn(SOAKS, name));
if (unknown !== undefined) misuse(`soak ${unknown} is unknown: use ${Object.keys(SOAKS).join(', ')}`);
const names = positionals.length > 0 ? positionals : Object.keys(SOAKS);
await run({ count: wholeNumber('count', values.count), seed: wholeNumber('seed', values.seed) ?? randomInt(2 ** 32) });

/** Ends with 1 when a promise was broken. */
async function run(options: SoakOptions): Promise<void> {
  console.log(`Node ${process.version}, seed ${options.seed}`);
  for (const name of names) {
    const startedAt = performance.now();
    const { lines = [], broken = [] } = (await SOAKS[name]?.(options)) ?? {};
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`\n${name}: ${broken.length === 0 ? 'held' : `BROKEN ${broken.length} times`}, ${seconds} s`);
    for (const line of lines) console.log(`  ${line}`);
    for (const what of broken.slice(0, MOST_BROKEN_SHOWN)) console.log(`  broken: ${what}`);
    if (broken.length > 0) process.exitCode = 1;
  }
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
