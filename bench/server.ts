import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChildServer } from './child-server.ts';
import type { ServerKind } from './child-server.ts';
import { compare } from './compare.ts';
import type { Target } from './compare.ts';
import type { Row, SkippedRow } from './row.ts';
import { ORIGIN } from './zone.ts';

const SECONDS = 2;
const run = promisify(execFile);

/** SRV over UDP, asked by dnsperf: the test server beside a socket that only echoes, and dns2 as it comes beside the same. */
export async function serverRows(): Promise<(Row | SkippedRow)[]> {
  const names = ['server, SRV over UDP', 'dns2 as it comes, SRV over UDP'];
  try {
    await run('dnsperf', ['-h']);
  } catch {
    return names.map((name) => ({ kind: 'skipped', name, why: 'dnsperf is not installed (Debian: apt-get install dnsperf)' }));
  }
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-bench-'));
  const questions = join(folder, 'questions.txt');
  await writeFile(questions, `_vlmcs._tcp.${ORIGIN} SRV\n`);
  try {
    return [
      await beside('srvkit', { kind: 'times as fast', bound: 0.7 }, names[0] ?? '', questions),
      await beside('dns2', null, names[1] ?? '', questions),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function beside(kind: ServerKind, target: Target | null, name: string, questions: string): Promise<Row> {
  const [server, echo] = [await startChildServer(kind), await startChildServer('echo')];
  try {
    return await compare({
      name,
      unit: '/s',
      target,
      turns: 1,
      ours: () => queriesASecond(server.port, questions),
      peer: { name: 'bare dgram echo', turn: () => queriesASecond(echo.port, questions) },
    });
  } finally {
    await Promise.all([server.stop(), echo.stop()]);
  }
}

async function queriesASecond(port: number, questions: string): Promise<number> {
  const { stdout } = await run('dnsperf', [
    '-s',
    '127.0.0.1',
    '-p',
    String(port),
    '-d',
    questions,
    '-e',
    '-c',
    '4',
    '-T',
    '1',
    '-l',
    String(SECONDS),
  ]);
  const rate = Number(/Queries per second:\s+([\d.]+)/.exec(stdout)?.[1]);
  const noError = Number(/NOERROR \d+ \(([\d.]+)%\)/.exec(stdout)?.[1]);
  if (!(rate > 0) || noError < 99) throw new Error(`dnsperf has no good figure:\n${stdout}`);
  return rate;
}
