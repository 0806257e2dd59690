import { runIn } from './project.ts';
import type { Project } from './project.ts';
import { entriesOf } from './tarball.ts';

/** What can be imported in a project, and why the rest cannot. */
export interface ImportedEntries {
  readonly imported: readonly string[];
  readonly failed: Readonly<Record<string, string>>;
}

/** Imports every entry of every package in one process, by name, as programs do. */
export async function importEntries({ folder, tarballs }: Project, node: string): Promise<ImportedEntries> {
  const program = `const [imported, failed] = [[], {}];
for (const entry of ${JSON.stringify(tarballs.flatMap(entriesOf))}) {
  const options = entry.endsWith('.json') ? { with: { type: 'json' } } : {};
  await import(entry, options).then(() => imported.push(entry), (error) => { failed[entry] = error.message; });
}
console.log(JSON.stringify({ imported, failed }));`;
  const { status, stdout, stderr } = await runIn(folder, node, node, ['--input-type=module', '-e', program]);
  if (status !== 0) throw new Error(`the entries cannot be imported:\n${stdout}${stderr}`);
  return JSON.parse(stdout) as ImportedEntries;
}
