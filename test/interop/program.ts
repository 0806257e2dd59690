import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { findProgram } from '../../lab/find-program.ts';

// Other people's programs, which judge ours. The Debian package each is in.
const PACKAGES = {
  dig: 'bind9-dnsutils',
  nsupdate: 'bind9-dnsutils',
  knsupdate: 'knot-dnsutils',
  kdig: 'knot-dnsutils',
  named: 'bind9',
  'tsig-keygen': 'bind9',
  'named-checkzone': 'bind9-utils',
  'named-compilezone': 'bind9-utils',
  knotd: 'knot',
  pdns_server: 'pdns-server pdns-backend-sqlite3',
  pdnsutil: 'pdns-server',
  sqlite3: 'sqlite3',
  tshark: 'tshark',
  text2pcap: 'wireshark-common',
  dnspython: 'python3-dnspython',
  hivexregedit: 'libwin-hivex-perl',
  hivexget: 'libhivex-bin',
  'redis-server': 'redis-server',
  chromium: 'chromium fonts-dejavu-core',
} as const;

export type Program = keyof typeof PACKAGES;

/** Why these programs cannot be run here, and what to install; undefined when all of them are there. */
export function whyMissing(programs: readonly Program[]): string | undefined {
  const missing = programs.filter((program) => find(program) === undefined);
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map((program) => PACKAGES[program]))].join(' ');
  return `no ${missing.join(', ')}: apt-get install ${packages}`;
}

/** What a program left when it ended. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, at most 30 seconds; then it is killed and this rejects. */
export async function run(
  program: Program | 'node',
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  const child = spawn(pathOf(program), args, {
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, LC_ALL: 'C', ...options.env },
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  child.stdin.on('error', () => undefined); // a program that ends without reading everything: its status says why
  child.stdin.end(options.input ?? '');
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (signal !== null) throw new Error(`${program} ${args.join(' ')} was ended by ${signal}\n${output.stdout}${output.stderr}`);
  return { status, ...output };
}

/** The standard output of a program that must end with 0. */
export async function expectSuccess(
  program: Program | 'node',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, { env });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** A program that runs until it is stopped. */
export interface Running {
  /** What it has written to standard output and standard error so far. */
  readonly log: () => string;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

/** Starts a server and waits until what it has written matches `ready`. Rejects with its log when it ends before, or after 30 seconds. */
export async function start(program: Program | 'node', args: readonly string[], ready: RegExp): Promise<Running> {
  const [command = '', ...rest] = [...lifeline(), pathOf(program), ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise: isReady, resolve, reject } = Promise.withResolvers<void>();
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (ready.test(log)) resolve();
    });
  }
  child.once('error', reject);
  child.once('close', () => reject(new Error(`${program} ended instead of serving:\n${log}`)));
  const giveUp = setTimeout(() => reject(new Error(`${program} is not ready after ${DEADLINE_MS} ms:\n${log}`)), DEADLINE_MS);
  try {
    await isReady;
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    clearTimeout(giveUp);
  }
  return { log: () => log, stop: () => stop(child) };
}

// Generous: a slow machine is no verdict.
const DEADLINE_MS = 30_000;
// The one that Debian's python3-* packages are for; another may come first on PATH.
const PYTHON = '/usr/bin/python3';

// Where there is setpriv, a run that is cut off, as ava does at its own time limit, leaves no server behind.
function lifeline(): readonly string[] {
  const setpriv = findProgram('setpriv');
  return setpriv === undefined || process.platform !== 'linux' ? [] : [setpriv, '--pdeathsig', 'TERM'];
}

const found = new Map<Program, string | undefined>();

function find(program: Program): string | undefined {
  if (!found.has(program)) found.set(program, program === 'dnspython' ? findDnspython() : findProgram(program));
  return found.get(program);
}

function findDnspython(): string | undefined {
  return spawnSync(PYTHON, ['-c', 'import dns.version']).status === 0 ? PYTHON : undefined;
}

/** Where the program is; one that is not installed is an error. */
export function pathOf(program: Program | 'node'): string {
  const path = program === 'node' ? process.execPath : find(program);
  if (path === undefined) throw new Error(`${program} is not installed: put it into the list of the judgeTest`);
  return path;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  const force = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  await ended;
  clearTimeout(force);
}
