import { findProgram } from '../find-program.ts';

// What the lab needs for namespaces, and the Debian package each is in.
const PACKAGES = { ip: 'iproute2', named: 'bind9', python3: 'python3-minimal' } as const;

type Program = keyof typeof PACKAGES;

/** What is not installed, with the remedy; undefined: nothing. */
export function whyMissing(): string | undefined {
  const missing = (Object.keys(PACKAGES) as Program[]).filter((program) => findProgram(program) === undefined);
  if (missing.length === 0) return undefined;
  return `no ${missing.join(', ')}: apt-get install ${missing.map((program) => PACKAGES[program]).join(' ')}`;
}

/** Where the program is. */
export function pathOf(program: Program): string {
  const path = findProgram(program);
  if (path === undefined) throw new Error(`${program} is not installed: apt-get install ${PACKAGES[program]}`);
  return path;
}
