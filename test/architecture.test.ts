import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'ava';

// The table of docs/design.md section 2: what each package may import. Arrows point down only.
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  dns: [],
  settings: [],
  'lock-file': [],
  'dns-client': ['dns'],
  selection: ['dns'],
  discovery: ['dns', 'selection'],
  'host-cache': ['dns', 'discovery', 'lock-file'],
  kms: ['settings', 'dns', 'discovery'],
  resolver: ['dns', 'dns-client', 'selection', 'discovery', 'host-cache'],
  publisher: ['dns', 'dns-client', 'lock-file'],
  'test-server': ['dns', 'lock-file'],
  simulator: ['dns', 'settings', 'selection', 'discovery', 'kms', 'publisher', 'test-server'],
  cli: [
    'dns',
    'settings',
    'dns-client',
    'selection',
    'discovery',
    'host-cache',
    'kms',
    'lock-file',
    'resolver',
    'publisher',
    'test-server',
    'simulator',
  ],
};
const THIRD_PARTY: Readonly<Record<string, readonly string[]>> = {
  'dns-client': ['lru-cache'],
  'host-cache': ['lru-cache'],
  resolver: ['lru-cache', 'p-retry'],
  publisher: ['p-retry'],
  'test-server': ['dns2'],
  simulator: ['yaml', 'zod'],
  cli: ['yargs', 'picocolors', 'cli-table3', 'prom-client', 'yaml'],
};
// Node's own modules outside src/io/. `node:crypto`, `node:util` and `node:events` do no I/O; a diagnostics channel only calls who subscribed.
const PURE_BUILTINS = ['node:crypto', 'node:util', 'node:events', 'node:diagnostics_channel', 'node:buffer'];
const IO_BUILTINS = [
  'node:net',
  'node:dgram',
  'node:fs',
  'node:fs/promises',
  'node:child_process',
  'node:dns',
  'node:dns/promises',
  'node:tls',
  'node:worker_threads',
];
const VAGUE_NAMES = /^(utils?|helpers?|common|misc|types|constants|shared|manager)\b/;

const root = resolve(import.meta.dirname, '..');
const packages = readdirSync(join(root, 'packages'));
const sources = new Map(packages.map((name) => [name, filesBelow(join(root, 'packages', name, 'src'))]));

test('every package is in the table, and the table holds no other', (t) => {
  t.deepEqual(packages.toSorted(), Object.keys(MAY_IMPORT).toSorted());
});

for (const [name, files] of sources) {
  test(`${name} imports only what stands below it`, (t) => {
    const below = (MAY_IMPORT[name] ?? []).map((below) => `@srvkit/${below}`);
    const allowed = [...below, ...(THIRD_PARTY[name] ?? [])];
    t.deepEqual(
      imports(files).filter(
        ({ specifier }) => !specifier.startsWith('.') && !isBuiltin(specifier) && !allowed.includes(packageOf(specifier)),
      ),
      [],
    );
  });

  test(`${name} declares exactly the packages that the table allows and its code imports`, (t) => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    const imported = new Set(
      files
        .flatMap((file) => importsOf(file))
        .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
        .map(packageOf),
    );
    t.deepEqual(Object.keys(manifest.dependencies ?? {}).toSorted(), [...imported].toSorted());
  });

  if (name === 'cli') continue; // the command line is where the process, files and sockets are allowed everywhere
  test(`${name} touches sockets, files and processes only in src/io/`, (t) => {
    const pure = files.filter((path) => !path.includes('/src/io/'));
    t.deepEqual(
      imports(pure).filter(({ specifier }) => isBuiltin(specifier) && !PURE_BUILTINS.includes(specifier)),
      [],
    );
  });
}

for (const entry of [
  'discovery/src/index.ts',
  'selection/src/index.ts',
  'kms/src/index.ts',
  'publisher/src/plan/index.ts',
  'publisher/src/grants/index.ts',
  'test-server/src/zone/index.ts',
  'simulator/src/index.ts',
  'simulator/src/sweep/index.ts',
  'simulator/src/report-page/index.ts',
]) {
  test(`no I/O can be reached from ${entry}`, (t) => {
    const reached = [...reachableFrom(join(root, 'packages', entry))];
    t.deepEqual(
      imports(reached).filter(({ specifier }) => IO_BUILTINS.includes(specifier)),
      [],
    );
  });
}

test('every source file can be reached from an entry of its package', (t) => {
  for (const [name, files] of sources) {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
      exports: Record<string, string>;
      bin?: Record<string, string>;
    };
    const entries = [...Object.values(manifest.exports), ...Object.values(manifest.bin ?? {})];
    const reached = new Set(entries.flatMap((entry) => [...reachableFrom(join(root, 'packages', name, entry))]));
    const lost = files.filter((path) => !path.endsWith('.d.ts') && !reached.has(path));
    t.deepEqual(lost.map(shown), []);
  }
});

// Order, selection, failure, planning and answering exist once: the simulator runs them and has none of its own.
test('the simulator runs the very code that clients, publishers and servers run', (t) => {
  const reached = [...reachableFrom(join(root, 'packages/simulator/src/index.ts'))].map(shown);
  for (const file of [
    'discovery/src/discover.ts',
    'selection/src/draw.ts',
    'publisher/src/plan/zone-plan.ts',
    'publisher/src/plan/update-messages.ts',
    'test-server/src/zone/answer-query.ts',
    'test-server/src/zone/apply-update.ts',
    'kms/src/activation-timing.ts',
  ]) {
    t.true(reached.includes(join('packages', file)), file);
  }
  const own = sources.get('simulator') ?? [];
  const drawn = own.filter((file) => /\b(Draw|drawOrder)\b/.test(readFileSync(file, 'utf8')));
  t.deepEqual(drawn.map(shown), [], 'only discover draws');
});

// The way of the data, as the README of the simulator has it. The loop of simulate.ts stands between reports and sweeps.
const STAGES = ['scenario', 'estate', 'tally', 'clients', 'report', 'simulate.ts', 'sweep', 'io', 'report-page', 'sweep-page'];

test('each stage of the simulator uses only stages before it', (t) => {
  const folder = join(root, 'packages/simulator/src');
  const stageOf = (file: string): number => STAGES.indexOf(relative(folder, file).split('/', 1)[0] ?? '');
  // Entries only gather what others export.
  const files = (sources.get('simulator') ?? []).filter((file) => stageOf(file) >= 0 && !file.endsWith('/index.ts'));
  t.is(new Set(files.map(stageOf)).size, STAGES.length);
  for (const file of files) {
    const used = importsOf(file).flatMap((specifier) => (specifier.startsWith('.') ? [resolve(dirname(file), specifier)] : []));
    t.deepEqual(used.filter((other) => stageOf(other) > stageOf(file)).map(shown), [], shown(file));
  }
});

test('no file has a name that says nothing', (t) => {
  const vague = [...sources.values()].flat().filter((file) => VAGUE_NAMES.test(file.slice(file.lastIndexOf('/') + 1)));
  t.deepEqual(vague.map(shown), []);
});

function imports(files: readonly string[]): { file: string; specifier: string }[] {
  return files.flatMap((file) => importsOf(file).map((specifier) => ({ file: relative(root, file), specifier })));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

// Import and export specifiers by their text: exact enough for our own, formatted code.
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}

function reachableFrom(entry: string): Set<string> {
  const reached = new Set<string>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const specifier of importsOf(file)) {
      const target = specifier.startsWith('.') ? resolve(dirname(file), specifier) : workspaceFile(specifier);
      if (target !== undefined && existsSync(target)) queue.push(target);
    }
  }
  return reached;
}

function workspaceFile(specifier: string): string | undefined {
  const match = /^@srvkit\/([^/]+)(\/.+)?$/.exec(specifier);
  if (match === null) return undefined;
  const [, name = '', below = ''] = match;
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as { exports: Record<string, string> };
  const entry = manifest.exports[`.${below}`];
  return entry === undefined ? undefined : join(root, 'packages', name, entry);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

function shown(file: string): string {
  return relative(root, file);
}
