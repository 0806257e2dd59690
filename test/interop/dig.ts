import { run } from './program.ts';

/** A reply as dig prints it. Records are lines of a master file, with one blank between the fields. */
export interface DigReply {
  readonly status: string;
  readonly opcode: string;
  readonly flags: readonly string[];
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  /** `udp: 1232` and the like; undefined without EDNS. */
  readonly edns: string | undefined;
  readonly transport: 'udp' | 'tcp';
  /** Everything dig found worth a remark: malformed replies, failing signatures, retries. */
  readonly remarks: readonly string[];
  readonly text: string;
}

/** Asks a server, `HOST:PORT`, with dig; one reply for each question in `args`. */
export async function dig(server: string, ...args: readonly string[]): Promise<readonly DigReply[]> {
  const [host, port] = server.split(':');
  const { stdout, stderr, status } = await run('dig', [`@${host}`, '-p', `${port}`, '+time=20', '+tries=1', '+norecurse', ...args]);
  if (status !== 0) throw new Error(`dig ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout
    .split(/^(?=;; Got answer:)/m)
    .filter((text) => text.includes('->>HEADER<<-'))
    .map(parseReply);
}

/** Asks one question. */
export async function digOne(server: string, ...args: readonly string[]): Promise<DigReply> {
  const [reply, ...others] = await dig(server, ...args);
  if (reply === undefined || others.length > 0) throw new Error(`dig ${args.join(' ')} brought not one reply`);
  return reply;
}

const REMARK = /^;; .*(?:warning|malformed|couldn't|could not|bad|extra|mismatch|truncated)/i;

function parseReply(text: string): DigReply {
  const [, opcode = '', status = ''] = /opcode: (\S+), status: (\S+), id:/.exec(text) ?? [];
  return {
    status,
    opcode,
    flags: (/^;; flags: ?([^;]*);/m.exec(text)?.[1] ?? '').split(' '),
    answer: section(text, 'ANSWER'),
    authority: section(text, 'AUTHORITY'),
    additional: section(text, 'ADDITIONAL'),
    edns: /^; EDNS: (.*)$/m.exec(text)?.[1],
    transport: /^;; SERVER: .*\(TCP\)$/m.test(text) ? 'tcp' : 'udp',
    remarks: text.split('\n').filter((line) => REMARK.test(line) && !line.includes('->>HEADER<<-')),
    text,
  };
}

function section(text: string, name: string): readonly string[] {
  const [, lines = ''] = new RegExp(`^;; ${name} SECTION:\\n((?:[^;\\n].*\\n)*)`, 'm').exec(text) ?? [];
  return lines.split('\n').filter(Boolean).map(withSingleBlanks);
}

// Blanks inside quotes are part of a text.
function withSingleBlanks(line: string): string {
  return line.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted?: string) => quoted ?? ' ');
}
