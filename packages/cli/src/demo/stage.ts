import { UsageError } from '../exit.ts';
import type { Io, Output } from '../io.ts';
import { styleFor } from '../render/style.ts';
import type { Style } from '../render/style.ts';

/** Runs one command line in this process, as `run` does. */
export type RunCommand = (argv: readonly string[], io: Io) => Promise<number>;

/** Where the story is told: headings, the commands a user would type, and what came of them. */
export class Stage {
  readonly style: Style;
  readonly #io: Io;
  readonly #run: RunCommand;
  /** What to write in a printed command for a long path of ours. */
  readonly #folder: string;
  #scene = 0;

  constructor(io: Io, run: RunCommand, folder: string) {
    this.style = styleFor(io.stdout);
    this.#io = io;
    this.#run = run;
    this.#folder = folder;
  }

  scene(title: string): void {
    this.#scene += 1;
    this.say(`\n${this.style.strong(`${this.#scene}. ${title}`)}`);
  }

  say(text: string): void {
    this.#io.stdout.write(`${text}\n`);
  }

  /** Shows a command without running it, for what the story does itself. */
  show(command: string, comment = ''): void {
    this.say(
      `${this.style.command(`$ ${command.replaceAll(`${this.#folder}/`, '')}`)}${comment === '' ? '' : this.style.faint(`   # ${comment}`)}`,
    );
  }

  /** Shows a command, runs it, and shows what it prints. A story whose commands fail is not told on. */
  async play(argv: readonly string[], options: { readonly silent?: boolean } = {}): Promise<string> {
    this.show(`srvkit ${argv.map(shellWord).join(' ')}`);
    const stdout = new Capture(this.#io.stdout.isTerminal);
    const stderr = new Capture(this.#io.stderr.isTerminal);
    const status = await this.#run(argv, { ...this.#io, stdout, stderr });
    this.#io.signal.throwIfAborted();
    if (status !== 0)
      throw new UsageError(`demo: the command above ended with status ${status}: ${stderr.text.trim() || stdout.text.trim()}`);
    if (options.silent !== true) this.#io.stdout.write(indent(stdout.text.replaceAll(`${this.#folder}/`, '')));
    return stdout.text;
  }
}

class Capture implements Output {
  readonly isTerminal: boolean;
  text = '';

  constructor(isTerminal: boolean) {
    this.isTerminal = isTerminal;
  }

  write(text: string): void {
    this.text += text;
  }
}

function shellWord(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word}'`;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
