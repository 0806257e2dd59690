import { tsigCodec } from '../rdata/tsig.ts';
import { RECORD_CLASS, RECORD_TYPE } from '../record.ts';
import type { Rcode, TsigRdata } from '../record.ts';
import { WireWriter } from '../wire-writer.ts';
import { foldedName, tsigDigest, withLength, withTsig } from './digest.ts';
import type { MessageSigner } from './signer.ts';

/** Seconds two clocks may differ (RFC 8945 section 10). */
export const DEFAULT_FUDGE = 300;

/** When a message is signed, and what else goes into its TSIG record (RFC 8945 section 4.2). */
export interface SignOptions {
  /** Whole seconds since 1970. */
  readonly timeSigned: number;
  /** Seconds; 300 unless given. */
  readonly fudge?: number;
  /** The MAC of the request, when this is a reply. */
  readonly requestMac?: Uint8Array;
  /** BADTIME or BADTRUNC in a reply; NOERROR unless given. */
  readonly error?: Rcode;
  /** The server's time in a BADTIME reply; empty unless given. */
  readonly other?: Uint8Array;
}

/** A message with its signature, and the MAC that signs it, which the reply is verified with. */
export interface Signed {
  readonly bytes: Uint8Array;
  readonly mac: Uint8Array;
}

/**
 * Adds a TSIG record to an encoded message that has none (RFC 8945 section 5.1). Throws `RangeError` when times are no whole seconds
 * or the message would pass 65535 octets, `TypeError` when it is shorter than a header.
 */
export async function signMessage(bytes: Uint8Array, signer: MessageSigner, options: SignOptions): Promise<Signed> {
  const originalId = readId(bytes);
  const { timeSigned, fudge = DEFAULT_FUDGE, error = 'NOERROR', other = NOTHING, requestMac } = options;
  const { keyName, algorithm } = signer;
  const prior = requestMac === undefined ? undefined : withLength(requestMac);
  const mac = await signer.sign(tsigDigest(bytes, { keyName, algorithm, timeSigned, fudge, error, other }, prior));
  const rdata = { type: 'TSIG', algorithm, timeSigned, fudge, mac, originalId, error, other } as const;
  return { bytes: withTsig(bytes, encodeTsig(signer, rdata)), mac };
}

/** The id of an encoded message. Throws `TypeError` when there is no header. */
export function readId(bytes: Uint8Array): number {
  if (bytes.length < 12) throw new TypeError(`A DNS message has at least 12 octets, not ${bytes.length}`);
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

/** A whole TSIG record, its names in lower case and not compressed. */
export function encodeTsig(names: Pick<MessageSigner, 'keyName'>, rdata: TsigRdata): Uint8Array {
  const writer = new WireWriter({ compression: false });
  writer.plainName(foldedName(names.keyName));
  writer.uint16(RECORD_TYPE.TSIG);
  writer.uint16(RECORD_CLASS.ANY);
  writer.uint32(0);
  const length = writer.openLength();
  tsigCodec.write(writer, { ...rdata, algorithm: foldedName(rdata.algorithm) });
  writer.closeLength(length);
  return writer.finish();
}

const NOTHING = new Uint8Array();
