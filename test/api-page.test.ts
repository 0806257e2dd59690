import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';

// docs/api.md binds: its tables hold every error that a package exports and every diagnostics channel, and no other.

const PACKAGES = resolve(import.meta.dirname, '../packages');
const PAGE = readFileSync(resolve(import.meta.dirname, '../docs/api.md'), 'utf8');
const BUILT_IN: readonly string[] = ['TypeError', 'RangeError'];

test('every error that a package exports is in the table of docs/api.md, and no other', async (t) => {
  const table = PAGE.slice(PAGE.indexOf('## What is thrown'));
  const named = firstCells(table).flatMap((cell) => cell.match(/`[A-Z][a-z]\w+`/g) ?? []);
  const ours = named.map((name) => name.slice(1, -1)).filter((name) => !BUILT_IN.includes(name));
  t.deepEqual(ours.toSorted(), await exportedErrors());
});

test('every diagnostics channel is in the table of docs/api.md, and no other', (t) => {
  const named = firstCells(PAGE).flatMap((cell) => cell.match(/srvkit:\w+/g) ?? []);
  t.deepEqual(named.toSorted(), channels());
});

/** The first cells of all tables in a page, heads included. */
function firstCells(page: string): string[] {
  return page.split('\n').flatMap((line) => (line.startsWith('| ') ? [line.split('|')[1] ?? ''] : []));
}

async function exportedErrors(): Promise<string[]> {
  const names = new Set<string>();
  for (const entry of readdirSync(PACKAGES).flatMap(entriesOf)) {
    const exported = (await import(entry)) as Readonly<Record<string, unknown>>;
    for (const [name, value] of Object.entries(exported)) if (isErrorClass(value)) names.add(name);
  }
  return [...names].toSorted();
}

function entriesOf(folder: string): string[] {
  const { exports } = JSON.parse(readFileSync(join(PACKAGES, folder, 'package.json'), 'utf8')) as {
    exports: Readonly<Record<string, string>>;
  };
  return Object.values(exports).flatMap((path) => (path.endsWith('.ts') ? [join(PACKAGES, folder, path)] : []));
}

function isErrorClass(value: unknown): boolean {
  return typeof value === 'function' && value.prototype instanceof Error;
}

function channels(): string[] {
  const names = new Set<string>();
  for (const folder of readdirSync(PACKAGES)) {
    for (const file of readdirSync(join(PACKAGES, folder, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const source = readFileSync(join(PACKAGES, folder, 'src', file), 'utf8');
      for (const [, name = ''] of source.matchAll(/\bchannel\('(srvkit:\w+)'\)/g)) names.add(name);
    }
  }
  return [...names].toSorted();
}
