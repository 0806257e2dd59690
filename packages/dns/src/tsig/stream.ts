import { streamDigest, tsigDigest, withLength, withTsig } from './digest.ts';
import { DEFAULT_FUDGE, encodeTsig, readId, signMessage } from './sign.ts';
import type { MessageSigner } from './signer.ts';
import { judge } from './verify.ts';
import type { TsigVerdict } from './verify.ts';

const MAX_UNSIGNED = 99;

/** Signs the messages of one answer that takes several, such as a zone transfer over TCP (RFC 8945 section 5.3.1): each one. */
export interface StreamSigner {
  /** The next message with its TSIG record. `timeSigned` in whole seconds since 1970. */
  sign(bytes: Uint8Array, timeSigned: number): Promise<Uint8Array>;
}

/** Starts signing an answer to the request that had `requestMac`. */
export function streamSigner(signer: MessageSigner, requestMac: Uint8Array): StreamSigner {
  let prior: Uint8Array | undefined;
  return {
    async sign(bytes, timeSigned) {
      if (prior === undefined) {
        const first = await signMessage(bytes, signer, { timeSigned, requestMac });
        prior = first.mac;
        return first.bytes;
      }
      const times = { timeSigned, fudge: DEFAULT_FUDGE };
      const mac = await signer.sign(streamDigest([bytes], times, withLength(prior)));
      prior = mac;
      const { algorithm } = signer;
      const rdata = {
        type: 'TSIG',
        algorithm,
        ...times,
        mac,
        originalId: readId(bytes),
        error: 'NOERROR',
        other: new Uint8Array(),
      } as const;
      return withTsig(bytes, encodeTsig(signer, rdata));
    },
  };
}

/** `unproven`: unsigned so far, as up to 99 messages between two signed ones may be; the next MAC will cover it. */
export type StreamVerdict = TsigVerdict | { readonly kind: 'unproven' };

/** Checks such an answer message by message. Nothing is to be believed before `isProven`, at the end of the stream too. */
export interface StreamVerifier {
  /** `now` in seconds since 1970. After a verdict other than `verified` or `unproven` the stream is lost: every later one is the same. */
  accept(bytes: Uint8Array, now: number): Promise<StreamVerdict>;
  /** Whether the last message was signed and verified. */
  readonly isProven: boolean;
}

/** Starts verifying the answer to the request that was signed by `signer` with `requestMac`. One message at a time. */
export function streamVerifier(signer: MessageSigner, requestMac: Uint8Array): StreamVerifier {
  let prior: Uint8Array | undefined;
  let unsigned: Uint8Array[] = [];
  let last: StreamVerdict = { kind: 'unproven' };
  return {
    get isProven() {
      return last.kind === 'verified';
    },
    async accept(bytes, now) {
      if (last.kind !== 'verified' && last.kind !== 'unproven') return last;
      const mac = prior;
      const earlier = unsigned;
      last = await judge(bytes, () => signer, {
        now,
        isReply: true,
        digest: (message, evidence) =>
          mac === undefined
            ? tsigDigest(message, evidence, withLength(requestMac))
            : streamDigest([...earlier, message], evidence, withLength(mac)),
      });
      if (last.kind === 'verified') {
        prior = last.mac;
        unsigned = [];
      } else if (last.kind === 'unsigned' && prior !== undefined && unsigned.length < MAX_UNSIGNED) {
        unsigned = [...unsigned, Uint8Array.from(bytes)];
        last = { kind: 'unproven' };
      }
      return last;
    },
  };
}
