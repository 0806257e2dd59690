import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What runs a program elsewhere than here: `ip netns exec NAME`. Empty: nothing does. */
export type Wrapper = readonly string[];

/**
 * One of the lab's programs in a process of its own. It answers each message with one message, and ends with this process. `Answer` is what it
 * says; that it keeps to it is taken on trust, for it is ours.
 */
export class Child<Question extends object, Answer> {
  readonly #process: ChildProcess;
  readonly #what: string;

  /** `program`: a file beside this one. `what` names it in errors. */
  constructor(program: string, what: string, wrapper: Wrapper = []) {
    const [execPath, ...execArgv] = [...wrapper, process.execPath];
    this.#process = fork(new URL(program, import.meta.url), { ...(execPath === undefined ? {} : { execPath }), execArgv });
    this.#what = what;
  }

  /** One question at a time. Rejects when the process ends instead of answering, or says why it cannot answer. */
  async ask(question: Question): Promise<Answer> {
    const heard = new AbortController();
    const ended = this.#ended(heard.signal);
    const answered = once(this.#process, 'message', { signal: heard.signal });
    try {
      if (this.#process.connected) this.#process.send(question);
      const [answer] = await Promise.race([answered, ended]);
      if (isRefusal(answer)) throw new Error(`${this.#what}: ${answer.refused}`);
      return answer as Answer;
    } finally {
      heard.abort();
      await Promise.allSettled([ended, answered]);
    }
  }

  async #ended(signal: AbortSignal): Promise<never> {
    if (!this.#hasEnded()) await once(this.#process, 'exit', { signal });
    throw new Error(`${this.#what} ended with ${this.#process.exitCode ?? this.#process.signalCode} before it answered`);
  }

  #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Ends it at once, as a crash does, and waits until it has ended. */
  async kill(): Promise<void> {
    if (this.#hasEnded()) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}

/**
 * The other side: answers every message of the parent, one after the other. What a message is, the caller knows; what `answer` throws is told as
 * the reason of a refusal.
 */
export function answerParent(answer: (question: never) => Promise<object>): void {
  let before = Promise.resolve();
  const reply = async (question: unknown): Promise<void> => {
    process.send?.(await answer(question as never).catch((error: unknown): Refusal => ({ refused: String(error) })));
  };
  process.on('disconnect', () => process.exit());
  process.on('message', (question) => {
    before = before.then(() => reply(question));
  });
}

interface Refusal {
  readonly refused: string;
}

function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}
