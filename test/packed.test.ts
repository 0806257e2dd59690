import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { testUnless } from './interop/judge-test.ts';
import { compile, compileImports } from './packed/compile.ts';
import { importEntries } from './packed/import-entries.ts';
import { NODE_VERSIONS, pathOfNode } from './packed/node-version.ts';
import { installWithNpm, installWithPeers, runIn } from './packed/project.ts';
import type { Ended } from './packed/project.ts';
import { whyNoRegistry } from './packed/registry.ts';
import { contentsWanted, entriesOf, packAll, plainEntriesOf } from './packed/tarball.ts';

// The packages as somebody gets them who installs them: packed, and used in projects that know nothing of this repository. Run by
// `pnpm packed`, which builds first. The registry gives third-party packages and the other versions of Node.
const root = resolve(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'srvkit-packed-'));
test.after.always(() => rmSync(scratch, { recursive: true, force: true }));

const tarballs = packAll(scratch);
const missing = whyNoRegistry();
// Each is installed once, for the first test that asks.
const bare = once(() => installWithNpm(join(scratch, 'bare'), tarballs));
const full = once(() => installWithPeers(join(scratch, 'full'), tarballs));

for (const tarball of tarballs) {
  test(`${tarball.name} holds what its sources give and its package.json names, and nothing else`, (t) => {
    t.deepEqual(tarball.contents, contentsWanted(tarball), 'if this is an old build, run `pnpm build`');
  });

  test(`publint has nothing to say about ${tarball.name}`, async (t) => {
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: Uint8Array.from(readFileSync(tarball.file)).buffer } });
    t.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
  });

  test(`attw finds that ${tarball.name} has right types for ES modules`, async (t) => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const args = [attw, tarball.file, '--profile', 'esm-only', '--no-color', '--no-emoji'];
    succeeded(t, await runIn(root, process.execPath, process.execPath, args));
  });
}

testUnless(missing, 'the compiler agrees with every entry, with all optional peers', async (t) => {
  succeeded(t, await compileImports(await full(), tarballs.flatMap(entriesOf)));
});

testUnless(missing, 'the compiler agrees with all but the entries for optional peers, without these', async (t) => {
  succeeded(t, await compileImports(await bare(), tarballs.flatMap(plainEntriesOf)));
});

for (const version of NODE_VERSIONS) {
  testUnless(missing, `on Node ${version} every entry can be imported, with all optional peers`, async (t) => {
    succeeded(t, await importEntries(await full(), pathOfNode(version), tarballs.flatMap(entriesOf)));
  });

  testUnless(missing, `on Node ${version} all but the entries for optional peers can be imported without these`, async (t) => {
    succeeded(t, await importEntries(await bare(), pathOfNode(version), tarballs.flatMap(plainEntriesOf)));
  });

  testUnless(missing, `on Node ${version} a program in JavaScript finds the host that published itself`, async (t) => {
    const folder = await bare();
    const node = pathOfNode(version);
    copyProgram('find-host.js', folder);
    t.deepEqual(succeeded(t, await runIn(folder, node, node, ['find-host.js', `hosts-${version}.json`])), [
      'published true',
      'first reached kms-e1.east.contoso.com. true dns',
      'second reached kms-e1.east.contoso.com. true cache',
      'fixed reached kms-e1.east.contoso.com. global',
    ]);
  });

  testUnless(missing, `on Node ${version} a strict program in TypeScript does what its types say`, async (t) => {
    const folder = await bare();
    const node = pathOfNode(version);
    copyProgram('follow-types.ts', folder);
    const built = await compile(folder, 'follow-types.ts');
    succeeded(t, built);
    t.deepEqual(succeeded(t, await runIn(folder, node, node, [built.compiled])), [
      'true true',
      'rejected nobody',
      'true',
      'not-found true',
      'true',
    ]);
  });

  testUnless(missing, `on Node ${version} the command line says its version and its help, and plays the demo`, async (t) => {
    const folder = await bare();
    const srvkit = async (command: string) =>
      succeeded(t, await runIn(folder, pathOfNode(version), join(folder, 'node_modules/.bin/srvkit'), [command]));
    t.deepEqual(await srvkit('--version'), [tarballs.find(({ name }) => name === 'srvkit')?.manifest.version]);
    t.true((await srvkit('--help')).includes('Usage: srvkit COMMAND'));
    t.true((await srvkit('demo')).some((line) => line.startsWith('  With caching on, 100.0 % of them')));
  });
}

/** What a program printed, line by line; the test fails with all of it when the program did. */
function succeeded(t: ExecutionContext, { status, stdout, stderr }: Ended): string[] {
  t.is(status, 0, `${stdout}${stderr}`);
  return stdout.trimEnd().split('\n');
}

function copyProgram(name: string, folder: string): void {
  copyFileSync(join(root, 'test/packed/programs', name), join(folder, name));
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
