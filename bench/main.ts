import { BENCHES } from './benches.ts';
import { inOwnProcess } from './own-process.ts';
import { formatRow } from './report.ts';
import type { Row, SkippedRow } from './row.ts';

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
    const rows = await inOwnProcess<readonly (Row | SkippedRow)[]>('bench-process.ts', name, `bench ${name}`);
    for (const row of rows) {
      console.log(formatRow(row));
      if (row.kind === 'skipped') counts.skipped += 1;
      else if (row.met !== null) counts[row.met ? 'met' : 'missed'] += 1;
    }
  }
  console.log(`${counts.met} met, ${counts.missed} missed, ${counts.skipped} skipped`);
}
