import { spawnSync } from 'node:child_process';

/** The versions that the packages say they run on. */
export const NODE_VERSIONS = [22, 24, 26] as const;
export type NodeVersion = (typeof NODE_VERSIONS)[number];

const DEADLINE_MS = 120_000;
const found = new Map<NodeVersion, string | Error>();

/** Why this version of Node cannot be had; undefined when it is here. */
export function whyNoNode(version: NodeVersion): string | undefined {
  const node = findNode(version);
  return node instanceof Error ? `no Node ${version}: ${node.message}` : undefined;
}

/** The file of a Node of this version: our own, or the one that the registry has. */
export function pathOfNode(version: NodeVersion): string {
  const node = findNode(version);
  if (node instanceof Error) throw node;
  return node;
}

function findNode(version: NodeVersion): string | Error {
  const known = found.get(version);
  if (known !== undefined) return known;
  const node = process.versions.node.startsWith(`${version}.`) ? process.execPath : fromRegistry(version);
  found.set(version, node);
  return node;
}

function fromRegistry(version: NodeVersion): string | Error {
  const args = ['-y', '-p', `node@${version}`, '--', 'node', '-p', 'process.execPath'];
  const { status, error, stdout, stderr } = spawnSync('npx', args, { encoding: 'utf8', timeout: DEADLINE_MS });
  if (status === 0) return stdout.trim();
  return error ?? new Error(`npx -p node@${version} ended with ${status}: ${lastLine(stderr)}`);
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
