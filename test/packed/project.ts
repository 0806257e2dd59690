import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { optionalPeers } from './tarball.ts';
import type { Tarball } from './tarball.ts';

const root = resolve(import.meta.dirname, '../..');
const DEADLINE_MS = 180_000;

/** How a program ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Makes an empty project in `folder` with all packages, and nothing that they do not ask for but the compiler; npm installs it. */
export async function installWithNpm(folder: string, tarballs: readonly Tarball[]): Promise<string> {
  const overrides = Object.fromEntries(tarballs.map(({ name }) => [name, `$${name}`]));
  writeManifest(folder, { dependencies: ours(tarballs), devDependencies: compiler(), overrides });
  await succeed('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], folder);
  return folder;
}

/** The same with all optional peers; pnpm installs it, under which no package can use what it does not declare. */
export async function installWithPeers(folder: string, tarballs: readonly Tarball[]): Promise<string> {
  const peers = tarballs.flatMap((tarball) => optionalPeers(tarball).map((peer) => [peer, versionHere(peer, tarball)] as const));
  writeManifest(folder, { dependencies: { ...ours(tarballs), ...Object.fromEntries(peers) }, devDependencies: compiler() });
  const overrides = Object.entries(ours(tarballs)).map(([name, file]) => `  '${name}': '${file}'\n`);
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), `overrides:\n${overrides.join('')}`);
  await succeed('pnpm', ['install', '--no-frozen-lockfile', '--prefer-offline', '--ignore-scripts'], folder);
  return folder;
}

/** Runs a program in a folder to its end. `node` comes first on its PATH, for programs that find theirs there. */
export function runIn(folder: string, node: string, program: string, args: readonly string[]): Promise<Ended> {
  return run(program, args, folder, { PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` });
}

function writeManifest(folder: string, parts: Readonly<Record<string, unknown>>): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module', ...parts }, undefined, 2));
}

function ours(tarballs: readonly Tarball[]): Record<string, string> {
  return Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
}

function compiler(): Record<string, string> {
  return { typescript: versionHere('typescript'), '@types/node': versionHere('@types/node') };
}

// The version that this repository has been tested with, so that somebody's release of tonight breaks nothing.
function versionHere(name: string, tarball?: Tarball): string {
  const manifest = [tarball?.folder, root]
    .map((folder) => join(folder ?? root, 'node_modules', name, 'package.json'))
    .find((file) => existsSync(file));
  if (manifest === undefined) return tarball?.manifest.peerDependencies?.[name] ?? '*';
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

async function succeed(program: string, args: readonly string[], folder: string): Promise<void> {
  const { status, stdout, stderr } = await run(program, args, folder);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}

function run(program: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((settle, fail) => {
    const options = { cwd, timeout: DEADLINE_MS, maxBuffer: 16 * 1024 * 1024, env: { ...process.env, ...env } };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) settle({ status: 0, stdout, stderr });
      else if (typeof error.code === 'number') settle({ status: error.code, stdout, stderr });
      else fail(error);
    });
  });
}
