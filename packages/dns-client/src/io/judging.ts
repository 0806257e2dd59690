import type { Ending } from './conversation.ts';
import { withinTime } from './within-time.ts';

/** How long a signer may take for what came in last, before the conversation counts as over without it. */
const LAST_WORD_MS = 1000;

/** What judges the messages of a conversation, one after the other: signatures take their time. */
export class Judging {
  readonly #lastWordMs: number;
  #last: Promise<void> = Promise.resolve();

  constructor(lastWordMs: number = LAST_WORD_MS) {
    this.#lastWordMs = lastWordMs;
  }

  /** Judges behind what came before. When that fails, the conversation is finished and `end` brings the error out. */
  add(judge: () => Promise<void>, finish: () => void): void {
    this.#last = this.#last.then(judge);
    this.#last.catch(finish);
  }

  /** How the conversation ended. Settles when the last message is judged too. Rejects as the conversation and the judge do. */
  async end(conversation: Promise<Ending>): Promise<Ending> {
    const limit = { timeoutMs: this.#lastWordMs };
    try {
      const ending = await conversation;
      await withinTime(this.#last, limit);
      return ending;
    } catch (error) {
      await withinTime(this.#last.catch(ignore), limit);
      throw error;
    }
  }
}

// What came first counts.
function ignore(): void {}
