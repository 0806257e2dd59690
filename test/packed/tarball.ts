import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** What somebody gets who installs a package: the tarball that would be published. */
export interface Tarball {
  readonly name: string;
  /** The package's folder in this repository. */
  readonly folder: string;
  readonly file: string;
  /** Paths in the tarball, sorted. */
  readonly contents: readonly string[];
  readonly manifest: PackedManifest;
}

/** As far as the tests read a packed package.json. */
export interface PackedManifest {
  readonly version: string;
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, unknown>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** Packs every package of this repository into `destination`. They must have been built. */
export function packAll(destination: string): Tarball[] {
  return readdirSync(join(root, 'packages'))
    .toSorted()
    .map((name) => pack(join(root, 'packages', name), destination));
}

function pack(folder: string, destination: string): Tarball {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string };
  execFileSync('pnpm', ['pack', '--silent', '--pack-destination', destination], { cwd: folder });
  const file = join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  const contents = tar('-tzf', file)
    .trimEnd()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''))
    .toSorted();
  const manifest = JSON.parse(tar('-xzOf', file, 'package/package.json')) as PackedManifest;
  return { name, folder, file, contents, manifest };
}

/** What must be in a tarball: what the compiler makes of each source file, the files that package.json names, and what every package has. */
export function contentsWanted({ folder, manifest }: Tarball): string[] {
  const sources = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const built = sources.flatMap((path) =>
    ['.js', '.js.map', '.d.ts', '.d.ts.map'].map((ending) => posix.join('dist', path.replace(/\.ts$/, ending))),
  );
  return [...new Set([...built, ...manifest.files.filter((path) => path !== 'dist'), 'LICENSE', 'README.md', 'package.json'])].toSorted();
}

/** What programs import from a package: its name, or its name and a sub-path. */
export function entriesOf({ name, manifest }: Tarball): string[] {
  return Object.keys(manifest.exports).map((path) => `${name}${path.slice(1)}`);
}

/** The entries that must work, and compile, without optional peers. Sub-paths of a package that has some may be there for just these. */
export function plainEntriesOf(tarball: Tarball): string[] {
  return optionalPeers(tarball).length > 0 ? [tarball.name] : entriesOf(tarball);
}

/** Packages that somebody may add to use more of this one. */
export function optionalPeers({ manifest }: Tarball): string[] {
  return Object.keys(manifest.peerDependencies ?? {}).filter((peer) => manifest.peerDependenciesMeta?.[peer]?.optional === true);
}

function tar(...args: readonly string[]): string {
  return execFileSync('tar', args, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
}
