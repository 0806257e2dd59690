import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * What programs that import an entry are compiled against: the declarations of everything that it exports, then of what those speak of
 * without its being exported; each sorted by name, without comments. Reads `.d.ts` files by their text, as tsc writes them, and throws for a
 * statement that it does not know.
 */
export function publicDeclarations(entry: string): string {
  const exported = [...readModule(entry).exported].map(([name, place]) => ({ name, place: locate(place) }));
  const others = reachable(exported.map(({ place }) => place)).map((place) => ({ name: place.name, place }));
  return [exported, others].map(section).filter(Boolean).join('\n// Not exported, but spoken of above.\n\n');
}

/** A name in a file, or in another package: then `file` is the package's name. */
interface Place {
  readonly file: string;
  readonly name: string;
}

interface Module {
  readonly declared: ReadonlyMap<string, string>;
  readonly imported: ReadonlyMap<string, Place>;
  readonly exported: ReadonlyMap<string, Place>;
}

function section(declarations: readonly { readonly name: string; readonly place: Place }[]): string {
  return declarations
    .map(({ name, place }) => ({ name, text: name === place.name ? textOf(place) : `// ${name} is\n${textOf(place)}` }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ text }) => text)
    .join('');
}

function textOf({ file, name }: Place): string {
  return isForeign(file) ? `export { ${name} } from '${file}';\n` : (readModule(file).declared.get(name) ?? '');
}

/** What the declarations at these places speak of, and what those do, without these places themselves. */
function reachable(from: readonly Place[]): Place[] {
  const found = new Map<string, Place>();
  const seen = new Set(from.map(keyOf));
  const queue = [...from];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    for (const next of spokenOf(place)) {
      if (seen.has(keyOf(next))) continue;
      seen.add(keyOf(next));
      found.set(keyOf(next), next);
      queue.push(next);
    }
  }
  return [...found.values()];
}

function spokenOf(place: Place): Place[] {
  if (isForeign(place.file)) return [];
  const { declared, imported } = readModule(place.file);
  const names = [...new Set(textOf(place).match(/[A-Za-z_$][\w$]*/g))].filter((name) => declared.has(name) || imported.has(name));
  return names.map((name) => locate({ file: place.file, name })).filter(({ file }) => !isForeign(file));
}

/** Follows imports and exports to where a name is declared. */
function locate(place: Place): Place {
  if (isForeign(place.file)) return place;
  const { declared, imported, exported } = readModule(place.file);
  if (declared.has(place.name)) return place;
  const next = imported.get(place.name) ?? exported.get(place.name);
  if (next === undefined) throw new Error(`${place.file} has no ${place.name}`);
  return locate(next);
}

function readModule(file: string): Module {
  const module = { declared: new Map<string, string>(), imported: new Map<string, Place>(), exported: new Map<string, Place>() };
  for (const statement of statementsOf(readFileSync(file, 'utf8'))) {
    const { name, kind, names, all, whole, from = '' } = STATEMENT.exec(statement)?.groups ?? {};
    const source = from === '' ? file : fileOf(from, file);
    if (name !== undefined) {
      module.declared.set(name, `${module.declared.get(name) ?? ''}${statement}`); // overloads stay together
      if (statement.startsWith('export')) module.exported.set(name, { file, name });
    } else if (names !== undefined) {
      const places = kind === 'import' ? module.imported : module.exported;
      for (const { outer, inner } of namesIn(names)) places.set(inner, { file: source, name: outer });
    } else if (all !== undefined && !isForeign(source)) {
      for (const name of readModule(source).exported.keys()) module.exported.set(name, { file: source, name });
    } else if (whole !== undefined && isForeign(source)) {
      module.imported.set(whole, { file: source, name: whole });
    } else throw new Error(`${file} has a statement of an unknown kind:\n${statement}`);
  }
  return module;
}

const DECLARED = '(?:export )?(?:declare )?(?:abstract )?(?:const|let|function|class|interface|type) (?<name>[\\w$]+)';
const LISTED = '(?<kind>import|export) (?:type )?\\{(?<names>.*?)\\}';
const EVERYTHING = 'export (?:type )?(?<all>\\*)';
const WHOLE = 'import (?:type )?(?:\\* as )?(?<whole>[\\w$]+)';
const STATEMENT = new RegExp(`^(?:${DECLARED}\\b|(?:${LISTED}|${EVERYTHING}|${WHOLE})(?: from '(?<from>.+?)')?;)`, 's');

// tsc starts every statement, and nothing else but the rest of a list, in the first column.
function statementsOf(text: string): string[] {
  const withoutComments = text.replaceAll(/^[ \t]*\/\*\*[\s\S]*?\*\/\n/gm, '').replaceAll(/^[ \t]*\/\/.*\n?/gm, '');
  return withoutComments.split(/^(?=(?:import|export|declare|abstract|interface|type|class)\b)/m).filter((part) => part.trim() !== '');
}

function namesIn(list: string): { outer: string; inner: string }[] {
  return list
    .split(',')
    .map((part) => part.trim().replace(/^type /, ''))
    .filter(Boolean)
    .map((part) => {
      const [outer = '', inner = outer] = part.split(' as ');
      return { outer, inner };
    });
}

function fileOf(specifier: string, from: string): string {
  return specifier.startsWith('.') ? resolve(dirname(from), specifier.replace(/\.[jt]s$/, '.d.ts')) : specifier;
}

function isForeign(file: string): boolean {
  return !file.endsWith('.d.ts');
}

function keyOf({ file, name }: Place): string {
  return `${file} ${name}`;
}
