import { decodeSigned } from '../decode-message.ts';
import type { SignedMessage } from '../decode-message.ts';
import type { DomainName } from '../domain-name.ts';
import type { Rcode, ResourceRecord, TsigRdata } from '../record.ts';
import { WireError } from '../wire-error.ts';
import { tsigDigest, withLength, withoutTsig } from './digest.ts';
import type { FindSigner, MessageSigner } from './signer.ts';

/** What the TSIG record said. Nothing of it is proven unless the verdict says so. */
export interface TsigEvidence {
  readonly keyName: DomainName;
  readonly algorithm: DomainName;
  /** Seconds since 1970. */
  readonly timeSigned: number;
  /** Seconds. */
  readonly fudge: number;
  readonly mac: Uint8Array;
  /** The error field, by which a peer says what was wrong with our message. */
  readonly error: Rcode;
  readonly other: Uint8Array;
}

/**
 * What a message's TSIG is worth (RFC 8945 sections 5.2 and 5.4). Only `verified` is to be believed.
 *
 * | kind | means | a server answers (5.2) |
 * |---|---|---|
 * | `verified` | the key's holder sent this, now | signed |
 * | `unsigned` | no TSIG record | unsigned |
 * | `bad-key` | no such key, or not with this algorithm | NOTAUTH, unsigned BADKEY |
 * | `bad-sig` | the MAC is not the key's | NOTAUTH, unsigned BADSIG |
 * | `bad-time` | the MAC is right, the time is not; or, with `serverTime`, the peer says so of ours | NOTAUTH, signed BADTIME |
 * | `bad-trunc` | the MAC is right, but shorter than we accept; or, with `error` BADTRUNC, the peer says so of ours | NOTAUTH, signed BADTRUNC |
 * | `form-error` | no DNS message, a misplaced or malformed TSIG record, a MAC of impossible length | FORMERR, unsigned |
 * | `peer-error` | a reply without a MAC that names an error (BADKEY, BADSIG): a hint that anybody could have sent | - |
 */
export type TsigVerdict =
  | ({ readonly kind: 'verified'; readonly signer: MessageSigner } & TsigEvidence)
  | { readonly kind: 'unsigned' }
  | ({ readonly kind: 'bad-key' | 'bad-sig' | 'peer-error' } & TsigEvidence)
  | ({ readonly kind: 'bad-time'; readonly signer: MessageSigner; readonly serverTime?: number } & TsigEvidence)
  | ({ readonly kind: 'bad-trunc'; readonly signer: MessageSigner } & TsigEvidence)
  | { readonly kind: 'form-error'; readonly why: string };

/** When a message is judged, and what it replies to (RFC 8945 section 5). */
export interface VerifyOptions {
  /** Seconds since 1970. */
  readonly now: number;
  /** The MAC of our request, when this is a reply to it. */
  readonly requestMac?: Uint8Array;
  /** `samba` leaves out the length of the request's MAC, as Samba's own server does by mistake (publish 4.2). `rfc8945` unless given. */
  readonly digest?: 'rfc8945' | 'samba';
}

/** Checks the TSIG of a received message, on its own octets, in the order key, MAC, time, truncation (RFC 8945 section 5.2). Throws only what a signer throws. */
export async function verifyMessage(bytes: Uint8Array, find: FindSigner, options: VerifyOptions): Promise<TsigVerdict> {
  const { requestMac } = options;
  const prior = requestMac === undefined || options.digest === 'samba' ? requestMac : withLength(requestMac);
  return judge(bytes, find, {
    now: options.now,
    isReply: requestMac !== undefined,
    digest: (message, evidence) => tsigDigest(message, evidence, prior),
  });
}

/** What differs between single messages and those of a stream. */
export interface Circumstances {
  readonly now: number;
  readonly isReply: boolean;
  /** What the MAC should have been made over; `message` without its TSIG record. */
  readonly digest: (message: Uint8Array, evidence: TsigEvidence) => Uint8Array;
}

/** The order of RFC 8945 section 5.2. */
export async function judge(bytes: Uint8Array, find: FindSigner, circumstances: Circumstances): Promise<TsigVerdict> {
  const decoded = decode(bytes);
  if ('why' in decoded) return { kind: 'form-error', why: decoded.why };
  const { tsigAt, message } = decoded;
  const { tsig } = message;
  if (tsig === undefined || tsigAt === undefined) return { kind: 'unsigned' };
  const evidence = evidenceOf(tsig);
  const { mac, error } = evidence;
  if (circumstances.isReply && mac.length === 0 && error !== 'NOERROR') return { kind: 'peer-error', ...evidence };

  const signer = find(evidence.keyName, evidence.algorithm);
  if (signer === undefined || !isNamedBy(signer, evidence)) return { kind: 'bad-key', ...evidence };

  const { macOctets } = signer;
  if (macOctets !== undefined && (mac.length > macOctets.whole || mac.length < macOctets.least))
    return { kind: 'form-error', why: `a MAC of ${mac.length} octets, where ${macOctets.least} to ${macOctets.whole} are possible` };
  const signed = circumstances.digest(withoutTsig(bytes, tsigAt, tsig.rdata.originalId), evidence);
  if (!(await signer.verify(signed, mac))) return { kind: 'bad-sig', ...evidence };

  if (circumstances.isReply && error === 'BADTIME') return { kind: 'bad-time', signer, ...evidence, ...serverTime(evidence.other) };
  if (Math.abs(circumstances.now - evidence.timeSigned) > evidence.fudge) return { kind: 'bad-time', signer, ...evidence };
  const isTooShort = macOctets !== undefined && mac.length < macOctets.accepted;
  if (isTooShort || (circumstances.isReply && error === 'BADTRUNC')) return { kind: 'bad-trunc', signer, ...evidence };
  return { kind: 'verified', signer, ...evidence };
}

function decode(bytes: Uint8Array): SignedMessage | { readonly why: string } {
  try {
    return decodeSigned(bytes);
  } catch (error) {
    if (error instanceof WireError) return { why: error.message };
    throw error;
  }
}

function evidenceOf(record: ResourceRecord<TsigRdata>): TsigEvidence {
  const { algorithm, timeSigned, fudge, mac, error, other } = record.rdata;
  return { keyName: record.name, algorithm, timeSigned, fudge, mac, error, other };
}

function isNamedBy(signer: MessageSigner, evidence: TsigEvidence): boolean {
  return signer.keyName.equals(evidence.keyName) && signer.algorithm.equals(evidence.algorithm);
}

function serverTime(other: Uint8Array): { serverTime?: number } {
  return other.length === 6 ? { serverTime: Buffer.from(other).readUIntBE(0, 6) } : {};
}
