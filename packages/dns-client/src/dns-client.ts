import type { DomainName, Message, RecordType } from '@srvkit/dns';
import type { ExchangeOptions, ExchangeOutcome } from './exchange.ts';
import type { Lookup } from './lookup.ts';
import type { Transfer, TransferOptions } from './transfer.ts';

/** Options of one lookup. */
export interface LookupOptions {
  readonly signal?: AbortSignal;
  /** For this caller, in milliseconds: others who wait for the same question have their own time. Default: the client's. */
  readonly timeoutMs?: number;
  /** Asks the servers whatever is remembered or under way. The answer is remembered. */
  readonly fresh?: boolean;
  /** Of a fresh lookup that nobody answers: what is remembered may stand in, as it does for others (RFC 8767). Default false. */
  readonly standIn?: boolean;
  /** Instead of the client's servers. */
  readonly servers?: readonly string[];
}

/** Asks DNS servers. What it returns says what was asked of whom; it throws only for misuse and with the reason of a signal. */
export interface DnsClient {
  /**
   * One question, class IN, to one server after the other. Throws `ParseError` and `RangeError` for options that are none, and what the
   * file system says when the system's servers are wanted and resolv.conf cannot be read.
   */
  lookup(name: DomainName, type: RecordType, options?: LookupOptions): Promise<Lookup>;
  /**
   * One message, an UPDATE for instance, to one server. Sent under an unpredictable id of its own, and signed if there is a signer.
   * Rejects also when the signer does.
   */
  exchange(message: Message, options: ExchangeOptions): Promise<ExchangeOutcome>;
  /**
   * All of a zone from one server, over TCP (AXFR, RFC 5936). Rejects only with the signal's reason, because the client is closed, or when
   * the signer fails.
   */
  transfer(zone: DomainName, options: TransferOptions): Promise<Transfer>;
  /** Rejects what is under way, closes every socket and settles when nothing is left. */
  close(): Promise<void>;
}
