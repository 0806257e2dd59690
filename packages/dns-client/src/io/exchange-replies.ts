import type { MessageSigner, Question } from '@srvkit/dns';
import { isConclusive, judgeReply, moreTelling } from '../judge-reply.ts';
import type { JudgedReply } from '../judge-reply.ts';
import { isTruncated, matchReply, MOST_WRONG_IDS } from '../match-reply.ts';
import type { Ending } from './conversation.ts';
import { Judging } from './judging.ts';

/**
 * How long a reply over TCP that cannot be believed is waited behind. A stream carries no forgery beside the real reply, so there is
 * little to wait for; over UDP the whole time is waited (RFC 8945 section 5.4).
 */
const TCP_LINGER_MS = 1000;

/** The request that replies are judged by. */
export interface SentRequest {
  readonly octets: Uint8Array;
  readonly transport: 'tcp' | 'udp';
  /** Undefined for an UPDATE, whose replies need not repeat anything. */
  readonly question: Question | undefined;
  /** The key and MAC of a signed request. */
  readonly signed: { readonly signer: MessageSigner; readonly mac: Uint8Array } | undefined;
  /** Whether the first reply is taken, believable or not. */
  readonly firstReply: boolean;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Why a conversation was finished without a reply to judge. */
type Misheard = 'truncated' | 'spoofing' | 'garbage';

/** What ended a conversation, and the best reply it brought, if any. */
export interface Heard {
  readonly ending: Misheard | Ending;
  readonly best: JudgedReply | undefined;
}

/** The replies to one message as they come in: those that match are judged in turn, and the most telling one is kept. */
export class ExchangeReplies {
  readonly #sent: SentRequest;
  readonly #judging = new Judging();
  #best: JudgedReply | undefined;
  #misheard: Misheard | undefined;
  #wrongIds = 0;
  #linger: NodeJS.Timeout | undefined;

  constructor(sent: SentRequest) {
    this.#sent = sent;
  }

  /** For `onMessage` of the conversation. */
  readonly take = (reply: Uint8Array, finish: () => void, askNoMore?: () => void): void => {
    const { octets, question, transport } = this.#sent;
    const match = matchReply(octets, question, reply);
    if (match === 'wrong-id' && transport === 'udp') this.#wrongIds += 1;
    if (this.#wrongIds >= MOST_WRONG_IDS) return this.#mishear('spoofing', finish);
    if (match !== 'match') return;
    if (isTruncated(reply) && transport === 'udp') return this.#mishear('truncated', finish);
    this.#judging.add(() => this.#judge(reply, finish, askNoMore), finish);
  };

  /**
   * Waits for the end of the conversation and the judgement of its last reply. Rejects as the conversation does, or when the signer fails.
   */
  async end(conversation: Promise<Ending>): Promise<Heard> {
    try {
      const ending = await this.#judging.end(conversation);
      return { ending: this.#misheard ?? ending, best: this.#best };
    } finally {
      clearTimeout(this.#linger);
    }
  }

  async #judge(reply: Uint8Array, finish: () => void, askNoMore?: () => void): Promise<void> {
    const { signed, firstReply, transport, now } = this.#sent;
    const judged = await judgeReply(reply, signed, Math.floor(now() / 1000));
    if (judged === undefined) {
      if (signed === undefined) this.#mishear('garbage', finish);
      return;
    }
    this.#best = moreTelling(this.#best, judged);
    if (firstReply || isConclusive(judged)) finish();
    else if (transport === 'tcp') this.#linger ??= setTimeout(finish, TCP_LINGER_MS);
    // Servers often cannot sign a refusal (RFC 8945 section 5.2). One that hears of no further request hangs up after its last reply.
    if (judged.message.rcode !== 'NOERROR') askNoMore?.();
  }

  #mishear(what: Misheard, finish: () => void): void {
    this.#misheard = what;
    finish();
  }
}
