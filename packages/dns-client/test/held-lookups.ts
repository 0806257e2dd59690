import { decodeMessage, encodeMessage } from '@srvkit/dns';
import { clientLimits } from '../src/client-options.ts';
import type { DnsClientOptions } from '../src/index.ts';
import type { Conversation, Ending } from '../src/io/conversation.ts';
import { lookupServers } from '../src/io/lookup-servers.ts';
import type { LookupServers } from '../src/io/lookup-servers.ts';
import { Lookups } from '../src/io/lookups.ts';
import { OpenWork } from '../src/open-work.ts';
import { question, response } from './messages.ts';
import type { ResponseParts } from './messages.ts';

/** A conversation that a test holds in its hands. */
export interface Held {
  readonly signal: AbortSignal | undefined;
  readonly background: boolean;
  /** Sends a reply, and ends the conversation. */
  readonly answer: (parts: ResponseParts) => void;
  /** Ends the conversation, with the reason of its signal when that was aborted. */
  readonly end: () => void;
}

export interface HeldLookups {
  readonly lookups: Lookups;
  readonly servers: LookupServers;
  readonly work: OpenWork;
  /** In the order of their start. */
  readonly held: readonly Held[];
}

/** Lookups whose conversations end when they are told to, aborted or not. */
export function heldLookups(options: DnsClientOptions = {}): HeldLookups {
  const held: Held[] = [];
  const converse = ({ request, signal, background = false, onMessage }: Conversation): Promise<Ending> => {
    const { promise, resolve, reject } = Promise.withResolvers<Ending>();
    const end = (): void => (signal?.aborted === true ? reject(signal.reason) : resolve('timeout'));
    const answer = (parts: ResponseParts): void => {
      const { id, question: asked } = decodeMessage(request);
      onMessage(encodeMessage(response(asked[0] ?? question('.'), { id, ...parts })), () => resolve('finished'));
      end();
    };
    held.push({ signal, background, answer, end });
    return promise;
  };
  const work = new OpenWork();
  const limits = clientLimits({ attempts: 1, ...options });
  const { now = Date.now, random = () => 0 } = options;
  const transports = { udp: converse, tcp: converse };
  const lookups = new Lookups({ limits, transports, messageId: () => 7, random, now, clock: () => performance.now(), work });
  return { lookups, servers: lookupServers(options.servers ?? ['192.0.2.1'], limits, lookups.knowsEdns), work, held };
}
