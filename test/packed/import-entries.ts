import { runIn } from './project.ts';
import type { Ended } from './project.ts';

/** Imports entries by name in one process, as programs do. It ends with 0, and with nothing to say, when all of them can be imported. */
export function importEntries(folder: string, node: string, entries: readonly string[]): Promise<Ended> {
  const program = `for (const entry of ${JSON.stringify(entries)})
  await import(entry, entry.endsWith('.json') ? { with: { type: 'json' } } : {}).catch((error) => {
    process.exitCode = 1;
    console.error(entry + ': ' + error.message);
  });`;
  return runIn(folder, node, node, ['--input-type=module', '-e', program]);
}
