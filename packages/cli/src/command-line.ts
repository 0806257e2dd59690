import yargs from 'yargs';
import type { Argv } from 'yargs';
import type { Command } from './command.ts';
import { UsageError } from './exit.ts';
import { readFlag } from './flags/flag.ts';
import type { Flags, FlagValues } from './flags/flag.ts';

/** What a command line asks for: text to print (help, version), or a command with its values. */
export type Parsed =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly command: Command; readonly values: FlagValues; readonly words: readonly string[] };

/**
 * Parses strictly on top of yargs: a flag never takes more than one word, a repeated scalar flag, an unknown flag or a word too many
 * is a `UsageError`. Every value reaches us as text; numbers are read by the flag itself, so `abc` never turns into NaN.
 */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[], version: string): Parsed {
  const [first = ''] = argv;
  if (first.startsWith('-') && first !== '--help' && first !== '--version') {
    throw new UsageError(`${first}: the command comes first, its flags after it (see --help)`);
  }
  refuseNamesOfObjects(argv);
  let chosen: { command: Command; argv: Readonly<Record<string, unknown>> } | undefined;
  const choose = (command: Command, parsed: Readonly<Record<string, unknown>>): void => {
    chosen = { command, argv: parsed };
  };
  const parser = baseParser(version);
  for (const [group, members] of grouped(commands)) addGroup(parser, group, members, choose);

  let output = '';
  let failure: string | undefined;
  parser.fail((message, error) => {
    failure ??= message ?? error?.message ?? 'the command line cannot be read';
  });
  void parser.parse([...argv], {}, (_error: unknown, _argv: unknown, text: string) => {
    output = text;
  });
  if (failure !== undefined) throw new UsageError(`${firstLine(failure)} (see --help)`);
  if (output !== '') return { kind: 'text', text: `${output.trimEnd()}\n` };
  if (chosen === undefined) throw new UsageError('which command? See --help');

  const { command } = chosen;
  refuseToggleValues(command.flags, argv);
  const words = wordsOf(chosen.argv, command);
  return { kind: 'command', command, values: readValues(command.flags, chosen.argv), words };
}

function baseParser(version: string): Argv {
  return yargs()
    .scriptName('srvkit')
    .locale('en')
    .exitProcess(false)
    .showHelpOnFail(false)
    .version(version)
    .help()
    .wrap(100)
    .strict()
    .demandCommand(1, 'which command?')
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'boolean-negation': false,
      'short-option-groups': false,
      'greedy-arrays': false,
      'duplicate-arguments-array': true,
      'populate--': false,
    })
    .usage('DNS SRV discovery and host selection.\n\nUsage: $0 COMMAND');
}

// `cache list` and `cache clear` are one yargs command with two below it; the rest are commands of their own.
function grouped(commands: readonly Command[]): Map<string, Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const [first = ''] = command.name.split(' ');
    groups.set(first, [...(groups.get(first) ?? []), command]);
  }
  return groups;
}

type Choose = (command: Command, argv: Readonly<Record<string, unknown>>) => void;

function addGroup(parser: Argv, group: string, members: readonly Command[], choose: Choose): void {
  const [only] = members;
  if (only !== undefined && only.name === group) {
    addCommand(parser, group, only, choose);
    return;
  }
  parser.command(group, members.map((member) => member.name.slice(group.length + 1)).join(', '), (below: Argv) => {
    for (const member of members) addCommand(below, member.name.slice(group.length + 1), member, choose);
    return below.usage(`Usage: $0 ${group} COMMAND`).demandCommand(1, `${group}: which command?`).strict();
  });
}

function addCommand(parser: Argv, word: string, command: Command, choose: Choose): void {
  parser.command(
    word,
    command.describe,
    (below: Argv) => {
      for (const [name, flag] of Object.entries(command.flags)) {
        if (flag.kind === 'toggle') below.option(name, { type: 'boolean', describe: flag.describe });
        else below.option(name, { type: 'string', requiresArg: true, describe: `${flag.placeholder}: ${flag.describe}` });
      }
      for (const [line, purpose] of command.examples) below.example(line, purpose);
      // Words are counted below: yargs' own strictness would take them for unknown commands.
      return below
        .usage(`${command.describe}\n\nUsage: $0 ${command.name} ${command.words}`.trimEnd())
        .strictCommands(false)
        .strict(false)
        .strictOptions();
    },
    (argv) => choose(command, argv),
  );
}

function wordsOf(argv: Readonly<Record<string, unknown>>, command: Command): string[] {
  const words = Array.isArray(argv['_']) ? argv['_'].map(String).slice(command.name.split(' ').length) : [];
  if (words.length > command.arity.max) {
    throw new UsageError(`${command.name}: ${JSON.stringify(words[command.arity.max])} is a word too many (see --help)`);
  }
  if (words.length < command.arity.min) throw new UsageError(`${command.name}: ${command.words} is missing (see --help)`);
  return words;
}

// yargs keeps its flags in plain objects, finds `constructor` in all of them, and has a flag of its own that --help does not name.
function refuseNamesOfObjects(argv: readonly string[]): void {
  for (const word of argv) {
    if (word === '--') return;
    const [, name] = /^--?([^=]+)/.exec(word) ?? [];
    if (name !== undefined && (name in Object.prototype || name === 'get-yargs-completions'))
      throw new UsageError(`--${name} is no flag (see --help)`);
  }
}

// yargs reads `--json=perhaps` as false without a word, and takes the word after it when that is `true` or `false`.
function refuseToggleValues(flags: Flags, argv: readonly string[]): void {
  for (const [name, flag] of Object.entries(flags)) {
    const hasValue = (word: string, index: number): boolean =>
      word.startsWith(`--${name}=`) || (word === `--${name}` && /^(true|false)$/.test(argv[index + 1] ?? ''));
    if (flag.kind === 'toggle' && argv.some(hasValue)) throw new UsageError(`--${name} takes no value`);
  }
}

function readValues(flags: Flags, argv: Readonly<Record<string, unknown>>): FlagValues {
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const given = argv[name];
    if (flag.kind === 'toggle') {
      values[name] = given === true;
      continue;
    }
    const read = textsOf(given).map((text) => readFlag(name, flag.parse, text));
    if (flag.kind === 'one' && read.length > 1) throw new UsageError(`--${name} is given more than once`);
    values[name] = flag.kind === 'one' ? read[0] : read;
  }
  return values;
}

// yargs gives one text, or several as an array.
function textsOf(given: unknown): string[] {
  const texts: unknown[] = Array.isArray(given) ? given : [given];
  return texts.filter((text) => typeof text === 'string');
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
