import type { Message, MessageSigner, Rcode } from '@srvkit/dns';
import type { TryOutcome } from './ask-servers.ts';
import type { TsigStatus } from './judge-reply.ts';
import type { Warning } from './warning.ts';

/** Where a message goes, how, and by whom it is signed. */
export interface ExchangeOptions {
  /** `HOST[:PORT]` or `[V6][:PORT]`. Of a name's addresses the first one that can be reached. */
  readonly server: string;
  /** Default `tcp`: an UPDATE that got lost over UDP may have happened (RFC 2136 section 7.8). */
  readonly transport?: 'tcp' | 'udp';
  /** Signs the request; then only signed replies count. */
  readonly signer?: MessageSigner;
  /**
   * Take the first reply, believable or not, for a question that is asked again without the key then. Default false: a better one is waited
   * for.
   */
  readonly firstReply?: boolean;
  /** For the exchange as a whole, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

interface ExchangeEvidence {
  readonly server: string;
  /** The last one used. */
  readonly transport: 'tcp' | 'udp';
  readonly ms: number;
  readonly rcode: Rcode | null;
  readonly tsig: TsigStatus;
  /** What the reply's TSIG record says was wrong with the request; proven only where `tsig` is `verified`. */
  readonly tsigError: Rcode | null;
  /**
   * How far the server's clock is ahead of ours, in milliseconds, from a verified BADTIME. We never adjust anything (RFC 8945 section
   * 5.4.3).
   */
  readonly clockOffsetMs: number | null;
  readonly warnings: readonly Warning[];
}

/** Why there is no reply at all. `garbage`: the reply was no DNS message. */
export type ExchangeFailure = Exclude<TryOutcome['kind'], 'answered' | 'spoofing'>;

/**
 * What one exchange brought. `answered`: a reply to be believed, whatever its RCODE. `unverified`: only replies that do not carry
 * our key's signature came; this is the most telling one, and nothing in it is proven. `failed`: none came.
 */
export type ExchangeOutcome = ExchangeEvidence &
  (
    | { readonly kind: 'answered'; readonly message: Message; readonly rcode: Rcode; readonly tsig: 'verified' | 'none' }
    | {
        readonly kind: 'unverified';
        readonly message: Message;
        readonly rcode: Rcode;
        readonly tsig: Exclude<TsigStatus, 'verified' | 'none'>;
      }
    | { readonly kind: 'failed'; readonly why: ExchangeFailure; readonly rcode: null; readonly tsig: 'none' }
  );
