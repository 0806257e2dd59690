import { codecRows } from './codec.ts';
import { discoverRows } from './discover.ts';
import { firstAddressRows } from './first-address.ts';
import { lookupRows } from './lookup.ts';
import { publishRows } from './publish.ts';
import { rememberedRows } from './remembered.ts';
import type { Row, SkippedRow } from './row.ts';
import { serverRows } from './server.ts';
import { simulatorRows } from './simulator.ts';
import { updateRows } from './updates.ts';

/** What can be measured: `pnpm bench [NAME...]`, all of it without a name. */
export const BENCHES: Readonly<Record<string, () => Promise<readonly (Row | SkippedRow)[]>>> = {
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
