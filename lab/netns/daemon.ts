import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const DEADLINE_MS = 30_000;

/** A program of somebody else's that runs beside the lab, and says on its output how far it is. */
export class Daemon {
  readonly #process: ChildProcess;
  readonly #what: string;
  #log = '';
  #wake = (): void => {};

  constructor(command: readonly string[], what: string) {
    const [program = '', ...args] = command;
    this.#process = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#what = what;
    this.#process.stdin?.on('error', () => {}); // it has ended: whoever waits for its word is told
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text;
        this.#wake();
      });
    }
    this.#process.once('close', () => this.#wake());
  }

  /** Says something to it, if anything, and waits until what it has said since then matches. Rejects with all it said when it does not. */
  async until(ready: RegExp, say?: string): Promise<void> {
    const heard = say === undefined ? 0 : this.#log.length;
    if (say !== undefined) this.#process.stdin?.write(`${say}\n`);
    const limit = AbortSignal.timeout(DEADLINE_MS);
    limit.addEventListener('abort', () => this.#wake());
    while (!ready.test(this.#log.slice(heard))) {
      if (limit.aborted || this.#hasEnded()) throw new Error(`${this.#what} is not ready:\n${this.#log}`);
      await new Promise<void>((wake) => (this.#wake = wake));
    }
  }

  /** Ends it at once, and waits until it has ended. */
  async kill(): Promise<void> {
    if (this.#hasEnded()) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }
}
