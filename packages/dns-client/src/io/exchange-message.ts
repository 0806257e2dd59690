import { encodeMessage, signMessage } from '@srvkit/dns';
import type { Message, MessageSigner } from '@srvkit/dns';
import type { ExchangeFailure, ExchangeOutcome } from '../exchange.ts';
import { isConclusive, judgeReply, moreTelling } from '../judge-reply.ts';
import type { JudgedReply } from '../judge-reply.ts';
import { isTruncated, matchReply, MOST_WRONG_IDS } from '../match-reply.ts';
import { spoofingSuspected } from '../warning.ts';
import type { Warning } from '../warning.ts';
import type { Conversation, Ending, Endpoint, Transports } from './conversation.ts';
import { Judging } from './judging.ts';
import { withinTime } from './within-time.ts';

/**
 * A stream carries no forgery beside the real reply, so that after one that cannot be believed there is little to wait for; UDP waits
 * for its whole time (RFC 8945 section 5.4). After a no, which servers often cannot sign (section 5.2), the server is told that no more is
 * asked: when it ends the connection, that was all.
 */
const TCP_LINGER_MS = 1000;

/** What it takes to exchange one message. */
export interface ExchangeRun {
  readonly message: Message;
  readonly endpoint: Endpoint;
  readonly transport: 'tcp' | 'udp';
  readonly signer: MessageSigner | undefined;
  /** Nothing better is waited for. */
  readonly firstReply: boolean;
  /** Seconds since 1970, never less than before for the same key. */
  readonly timeSigned: (signer: MessageSigner) => number;
  readonly transports: Transports;
  readonly messageId: () => number;
  readonly now: () => number;
  readonly clock: () => number;
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

/** Sends one message to one server and waits for the reply that counts. Rejects with the reason of the signal, or when the signer fails. */
export async function exchangeMessage(run: ExchangeRun): Promise<ExchangeOutcome> {
  const startedAt = run.clock();
  let transport = run.transport;
  let heard = await hear(run, transport);
  const warnings: Warning[] = [];
  if (transport === 'udp' && (heard.ending === 'truncated' || heard.ending === 'spoofing')) {
    if (heard.ending === 'spoofing') warnings.push(spoofingSuspected(`OPCODE ${run.message.opcode}`, run.endpoint.text));
    transport = 'tcp';
    heard = await hear(run, transport);
  }
  const ms = Math.round((run.clock() - startedAt) * 1000) / 1000;
  const evidence = { server: run.endpoint.text, transport, ms, warnings, clockOffsetMs: null };
  const { best, ending } = heard;
  if (best === undefined) return { kind: 'failed', why: failureOf(ending), rcode: null, tsig: 'none', tsigError: null, ...evidence };
  const { message, tsig, tsigError, serverTime } = best;
  const reply = { message, rcode: message.rcode, tsigError, ...evidence };
  if (tsig !== 'verified' && tsig !== 'none') return { kind: 'unverified', tsig, ...reply };
  return { kind: 'answered', tsig, ...reply, clockOffsetMs: serverTime === null ? null : serverTime * 1000 - run.now() };
}

/** Why a conversation finished without a reply to judge. */
type Misheard = 'truncated' | 'spoofing' | 'garbage';

/** One conversation: what ended it, and the best reply it brought, if any. */
async function hear(run: ExchangeRun, transport: 'tcp' | 'udp'): Promise<{ ending: Misheard | Ending; best: JudgedReply | undefined }> {
  const timeoutMs = run.deadlineAt - run.clock();
  if (timeoutMs <= 0) return { ending: 'timeout', best: undefined };
  const { signer, signal } = run;
  const prepared = await withinTime(prepare(run), { timeoutMs, signal });
  if (prepared === undefined) return { ending: 'timeout', best: undefined };
  const { bytes, mac } = prepared;
  const signed = signer === undefined ? undefined : { signer, mac };
  const question = run.message.opcode === 'QUERY' ? run.message.question[0] : undefined;
  let best: JudgedReply | undefined;
  const judging = new Judging();
  let linger: NodeJS.Timeout | undefined;
  let wrongIds = 0;
  let misheard: Misheard | undefined;

  const judge = async (reply: Uint8Array, finish: () => void, askNoMore?: () => void): Promise<void> => {
    const judged = await judgeReply(reply, signed, Math.floor(run.now() / 1000));
    if (judged === undefined) {
      if (signed !== undefined) return;
      misheard = 'garbage';
      finish();
      return;
    }
    best = moreTelling(best, judged);
    if (run.firstReply || isConclusive(judged)) finish();
    else if (transport === 'tcp') linger ??= setTimeout(finish, TCP_LINGER_MS);
    if (judged.message.rcode !== 'NOERROR') askNoMore?.();
  };
  const conversation: Conversation = {
    endpoint: run.endpoint,
    request: bytes,
    timeoutMs: Math.max(1, run.deadlineAt - run.clock()),
    signal,
    onMessage: (reply, finish, askNoMore) => {
      const match = matchReply(bytes, question, reply);
      if (match === 'wrong-id' && transport === 'udp') wrongIds += 1;
      if (wrongIds >= MOST_WRONG_IDS) misheard = 'spoofing';
      else if (match !== 'match') return;
      else if (isTruncated(reply) && transport === 'udp') misheard = 'truncated';
      if (misheard !== undefined) {
        finish();
        return;
      }
      judging.add(() => judge(reply, finish, askNoMore), finish);
    },
  };
  try {
    const ending = await judging.end(run.transports[transport](conversation));
    return { ending: misheard ?? ending, best };
  } finally {
    clearTimeout(linger);
  }
}

/** The octets to send, with an id of our own. Signed anew for each try, because servers refuse to see the same MAC twice (RFC 3645). */
async function prepare({ message, messageId, signer, timeSigned }: ExchangeRun): Promise<{ bytes: Uint8Array; mac: Uint8Array }> {
  const bytes = encodeMessage({ ...message, id: messageId() });
  return signer === undefined ? { bytes, mac: new Uint8Array() } : signMessage(bytes, signer, { timeSigned: timeSigned(signer) });
}

function failureOf(ending: Misheard | Ending): ExchangeFailure {
  return ending === 'finished' || ending === 'spoofing' ? 'timeout' : ending;
}
