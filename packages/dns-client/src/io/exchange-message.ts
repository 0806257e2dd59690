import { encodeMessage, signMessage } from '@srvkit/dns';
import type { Message, MessageSigner } from '@srvkit/dns';
import type { ExchangeFailure, ExchangeOutcome } from '../exchange.ts';
import { spoofingSuspected } from '../warning.ts';
import type { Warning } from '../warning.ts';
import type { Endpoint, Transports } from './conversation.ts';
import { ExchangeReplies } from './exchange-replies.ts';
import type { Heard } from './exchange-replies.ts';
import { withinTime } from './within-time.ts';

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

/** One conversation over one transport. */
async function hear(run: ExchangeRun, transport: 'tcp' | 'udp'): Promise<Heard> {
  const { message, endpoint, signer, signal, firstReply, now } = run;
  const timeoutMs = run.deadlineAt - run.clock();
  if (timeoutMs <= 0) return { ending: 'timeout', best: undefined };
  const prepared = await withinTime(prepare(run), { timeoutMs, signal });
  if (prepared === undefined) return { ending: 'timeout', best: undefined };
  const { bytes, mac } = prepared;
  const question = message.opcode === 'QUERY' ? message.question[0] : undefined;
  const signed = signer === undefined ? undefined : { signer, mac };
  const replies = new ExchangeReplies({ octets: bytes, transport, question, signed, firstReply, now });
  const leftMs = Math.max(1, run.deadlineAt - run.clock());
  return replies.end(run.transports[transport]({ endpoint, request: bytes, timeoutMs: leftMs, signal, onMessage: replies.take }));
}

/** The octets to send, with an id of our own. Signed anew for each try, because servers refuse to see the same MAC twice (RFC 3645). */
async function prepare({ message, messageId, signer, timeSigned }: ExchangeRun): Promise<{ bytes: Uint8Array; mac: Uint8Array }> {
  const bytes = encodeMessage({ ...message, id: messageId() });
  return signer === undefined ? { bytes, mac: new Uint8Array() } : signMessage(bytes, signer, { timeSigned: timeSigned(signer) });
}

function failureOf(ending: Heard['ending']): ExchangeFailure {
  return ending === 'finished' || ending === 'spoofing' ? 'timeout' : ending;
}
