import { codecRows } from './codec.ts';
import { discoverRows } from './discover.ts';
import { firstAddressRows } from './first-address.ts';
import { lookupRows } from './lookup.ts';
import { publishRows } from './publish.ts';
import { rememberedRows } from './remembered.ts';
import { formatRow } from './report.ts';
import type { Row, SkippedRow } from './row.ts';
import { serverRows } from './server.ts';
import { simulatorRows } from './simulator.ts';
import { updateRows } from './updates.ts';

/** What can be measured: `pnpm bench [NAME...]`, all of it without a name. */
const BENCHES: Readonly<Record<string, () => Promise<readonly (Row | SkippedRow)[]>>> = {
  codec: codecRows,
  discover: discoverRows,
  lookup: lookupRows,
  'first-address': firstAddressRows,
  remembered: rememberedRows,
  server: serverRows,
  simulator: simulatorRows,
  publish: publishRows,
  updates: updateRows,
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHES);
const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown === undefined) await run();
else {
  console.error(`bench ${unknown} is unknown: use ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = 2;
}

async function run(): Promise<void> {
  console.log(`Node ${process.version}. Ours and the peer interleaved, median of 5 rounds (least to most). See bench/README.md.`);
  const counts = { met: 0, missed: 0, skipped: 0 };
  for (const name of names) {
    for (const row of (await BENCHES[name]?.()) ?? []) {
      console.log(formatRow(row));
      if (row.kind === 'skipped') counts.skipped += 1;
      else if (row.met !== null) counts[row.met ? 'met' : 'missed'] += 1;
    }
  }
  console.log(`${counts.met} met, ${counts.missed} missed, ${counts.skipped} skipped`);
}
