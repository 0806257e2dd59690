import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// What the lab needs for namespaces, and the Debian package each is in.
const PACKAGES = { ip: 'iproute2', named: 'bind9', python3: 'python3-minimal' } as const;

type Program = keyof typeof PACKAGES;

/** What is not installed, with the remedy; undefined: nothing. */
export function whyMissing(): string | undefined {
  const missing = (Object.keys(PACKAGES) as Program[]).filter((program) => find(program) === undefined);
  if (missing.length === 0) return undefined;
  return `no ${missing.join(', ')}: apt-get install ${missing.map((program) => PACKAGES[program]).join(' ')}`;
}

/** Where the program is. */
export function pathOf(program: Program): string {
  const path = find(program);
  if (path === undefined) throw new Error(`${program} is not installed: apt-get install ${PACKAGES[program]}`);
  return path;
}

// Where Debian keeps servers, which are not on everybody's PATH.
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

function find(program: Program): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // whatever keeps us from running it, we cannot
  }
}
