import { spawnSync } from 'node:child_process';
import { NODE_VERSIONS, whyNoNode } from './node-version.ts';

const DEADLINE_MS = 30_000;

/** Why third-party packages and other versions of Node cannot be had here; undefined when they can. */
export function whyNoRegistry(): string | undefined {
  const args = ['view', 'typescript', 'version', '--prefer-online', '--fetch-retries=0'];
  const { status, error } = spawnSync('npm', args, { stdio: 'ignore', timeout: DEADLINE_MS });
  if (error !== undefined) return `npm cannot be run: ${error.message}`;
  if (status !== 0) return 'the registry cannot be reached: `npm ping` says why, `npm config set registry URL` names another';
  return NODE_VERSIONS.map(whyNoNode).find((reason) => reason !== undefined);
}
