import type { DomainName, Message, MessageSigner, Rcode, ResourceRecord } from '@srvkit/dns';
import type { ExchangeFailure } from './exchange.ts';

/** From where a zone is transferred, and by whom the request is signed. */
export interface TransferOptions {
  /** `HOST[:PORT]` or `[V6][:PORT]`. */
  readonly server: string;
  /** Signs the request; then every record has to be covered by a signature of the same key (RFC 8945 section 5.3.1). */
  readonly signer?: MessageSigner;
  /** For the transfer as a whole, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What a zone transfer brought: all of the zone, or nothing of it. */
export type Transfer = { readonly server: string } & (
  | {
      readonly kind: 'transferred';
      /** SOA first; it is not repeated at the end. */
      readonly records: readonly ResourceRecord[];
      readonly tsig: 'verified' | 'none';
    }
  /** The server said no. Proven only where the request was signed and `tsig` is `verified`. */
  | { readonly kind: 'refused'; readonly rcode: Rcode; readonly tsigError: Rcode | null }
  /** Signatures were missing or wrong: nothing of it is believed. */
  | { readonly kind: 'unverified' }
  /** It broke off, or is no transfer of this zone; `detail` says where. */
  | { readonly kind: 'failed'; readonly why: ExchangeFailure | 'malformed'; readonly detail: string }
);

const MAX_RECORDS = 1_000_000;

/**
 * Puts the messages of an AXFR together (RFC 5936 section 2.2): the first record is the SOA, and the same SOA ends it. `undefined`
 * means that more is to come.
 */
export class TransferReader {
  readonly #zone: DomainName;
  readonly #maxRecords: number;
  readonly #records: ResourceRecord[] = [];

  constructor(zone: DomainName, maxRecords: number = MAX_RECORDS) {
    this.#zone = zone;
    this.#maxRecords = maxRecords;
  }

  read(message: Message): 'complete' | { readonly malformed: string } | undefined {
    for (const record of message.answer) {
      const isSoa = record.type === 'SOA';
      if (this.#records.length === 0 && !(isSoa && record.name.equals(this.#zone)))
        return { malformed: 'the first record is not the SOA of the zone' };
      if (!record.name.isWithin(this.#zone)) return { malformed: `${record.name.toString()} is not in the zone` };
      if (isSoa && this.#records.length > 0) return 'complete';
      if (this.#records.length >= this.#maxRecords) return { malformed: `more than ${this.#maxRecords} records` };
      this.#records.push(record);
    }
    return message.answer.length === 0 ? { malformed: 'a message without records' } : undefined;
  }

  get records(): readonly ResourceRecord[] {
    return this.#records;
  }
}
