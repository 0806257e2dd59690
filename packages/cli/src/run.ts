import { inspect } from 'node:util';
import { parseCommandLine } from './command-line.ts';
import type { Parsed } from './command-line.ts';
import { COMMANDS, NOT_BUILT } from './commands/index.ts';
import { EXIT, Interrupted, UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { escapeText } from './render/escape.ts';
import { VERSION } from './version.ts';

/**
 * Runs one command line and returns the exit status of docs/cli.md. Never throws: wrong usage and unreadable input are one line on
 * standard error and 2, a defect of ours is a report and 70.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const [first = ''] = argv;
    if (NOT_BUILT.has(first)) throw new UsageError(`${first}: this command is not built yet`);
    const parsed = parseCommandLine(argv, COMMANDS, VERSION);
    if (parsed.kind === 'text') {
      io.stdout.write(parsed.text);
      return EXIT.done;
    }
    return await runCommand(parsed, io);
  } catch (error) {
    return report(error, io);
  }
}

async function runCommand({ command, values, words }: Extract<Parsed, { kind: 'command' }>, io: Io): Promise<number> {
  const goesOn = command.goesOn?.(values) === true;
  try {
    const status = await command.run(values, words, io);
    return goesOn && isUnread(io) ? EXIT.usage : status;
  } catch (error) {
    if (error instanceof Interrupted && goesOn) return isUnread(io) ? EXIT.usage : EXIT.done;
    throw error;
  }
}

/** Who goes on until a signal has not done so when nobody reads him any more: whatever started him shall know. */
function isUnread({ signal }: Io): boolean {
  return signal.reason instanceof Interrupted && signal.reason.signal === 'SIGPIPE';
}

function report(error: unknown, io: Io): number {
  if (error instanceof Interrupted) return error.exitStatus;
  if (error instanceof UsageError) {
    // Flags, paths and what parsers quote: whatever it is, it stays on one line and moves no terminal.
    io.stderr.write(`srvkit: ${escapeText(error.message)}\n`);
    return EXIT.usage;
  }
  io.stderr.write(`srvkit: a defect of srvkit, please report it with this text:\n${inspect(error)}\n`);
  return EXIT.defect;
}
