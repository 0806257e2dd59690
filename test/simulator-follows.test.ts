import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

// The simulator has no copy of what others decide: a line of theirs is changed while it is loaded, and the simulation comes out otherwise.

const root = new URL('..', import.meta.url);

const CHANGES = [
  {
    title: 'the law by which hosts are drawn',
    file: 'packages/selection/src/draw.ts',
    line: 'const drawn = this.#random.below(sum + 1);',
    put: 'const drawn = sum;',
  },
  {
    title: 'what a pinned host that fails means',
    file: 'packages/discovery/src/pass.ts',
    line: "if (this.#pinnedAt > 0 && this.#request.policy.pinned === 'exclusive')",
    put: "if (this.#pinnedAt > 0 && this.#request.policy.pinned === 'ordered')",
  },
  {
    title: 'the weight that is published',
    file: 'packages/publisher/src/plan/desired.ts',
    line: "rdata: { type: 'SRV', priority: entry.priority, weight: entry.weight,",
    put: "rdata: { type: 'SRV', priority: entry.priority, weight: 1,",
  },
] as const;

const SCENARIO = `
name: follows
duration: 15d
sites: { east: { search: [contoso.com] } }
hosts:
  kms-1: { site: east, publish: ['contoso.com, 10, 75'] }
  kms-2: { site: east, publish: ['contoso.com, 10, 25'] }
clients:
  drawn: { site: east, count: 60, caching: false }
  pinned: { site: east, count: 60, caching: false, pinned: { global: gone.contoso.com } }
`;

const unchanged = played();

for (const { title, file, line, put } of CHANGES) {
  test(`${title} is decided in ${file} alone`, (t) => {
    const text = readFileSync(new URL(file, root), 'utf8');
    t.is(text.split(line).length, 2, 'the line is there once');
    t.notDeepEqual(played({ url: new URL(file, root).href, line, put }), unchanged);
  });
}

test('without a change it comes out the same each time', (t) => t.deepEqual(played(), unchanged));

/** How many activations each host has, played in a process of its own. */
function played(change?: { readonly url: string; readonly line: string; readonly put: string }): unknown {
  const program = `
    import { registerHooks } from 'node:module';
    const [text, change] = JSON.parse(process.argv[1]);
    registerHooks({ load: (url, context, next) => {
      const loaded = next(url, context);
      if (change === null || url !== change.url) return loaded;
      return { ...loaded, source: String(loaded.source).replace(change.line, change.put) };
    } });
    const { parseScenario, simulate } = await import(${JSON.stringify(new URL('packages/simulator/src/index.ts', root).href)});
    console.log(JSON.stringify(simulate(parseScenario(text)).hosts.map(({ activations }) => activations)));
  `;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, JSON.stringify([SCENARIO, change ?? null])],
    { cwd: fileURLToPath(root), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
