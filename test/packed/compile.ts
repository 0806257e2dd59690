import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runIn } from './project.ts';
import type { Ended } from './project.ts';

// Stricter than most, and our declarations are read as well: what is wrong in them is an error in everybody's program.
const STRICT = {
  target: 'es2022',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: false,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
};

/** Compiles a program, a file of a project. `compiled` is the JavaScript. */
export async function compile(folder: string, program: string): Promise<Ended & { readonly compiled: string }> {
  const outDir = mkdtempSync(join(folder, 'compiled-'));
  const config = `${outDir}.json`;
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...STRICT, rootDir: '.', outDir }, files: [program] }));
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  const ended = await runIn(folder, process.execPath, process.execPath, [tsc, '-p', config]);
  return { ...ended, compiled: join(outDir, program.replace(/\.ts$/, '.js')) };
}

/** Compiles a program that imports everything from all `entries`, but for data. */
export function compileImports(folder: string, entries: readonly string[]): Promise<Ended> {
  const lines = entries
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry, index) => `import * as entry${index} from '${entry}';\nconsole.log(Object.keys(entry${index}).length);\n`);
  writeFileSync(join(folder, 'import-all.ts'), lines.join(''));
  return compile(folder, 'import-all.ts');
}
