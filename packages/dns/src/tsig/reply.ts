import { tsigSize } from '../rdata/tsig.ts';
import { encodeTsig, readId, signMessage } from './sign.ts';
import { DEFAULT_FUDGE } from './sign.ts';
import type { Signed } from './sign.ts';
import { withTsig } from './digest.ts';
import type { TsigEvidence, TsigVerdict } from './verify.ts';

const SERVER_TIME_OCTETS = 6;
const USUAL_GSS_MAC_OCTETS = 28; // RFC 4121 section 4.2.6.1

/** The RCODE a server must answer a request with because of its TSIG (RFC 8945 section 5.2); undefined when it may go on. */
export function tsigRefusal(verdict: TsigVerdict): 'NOTAUTH' | 'FORMERR' | undefined {
  switch (verdict.kind) {
    case 'verified':
    case 'unsigned':
      return undefined;
    case 'bad-key':
    case 'bad-sig':
    case 'bad-time':
    case 'bad-trunc':
      return 'NOTAUTH';
    case 'form-error':
    case 'peer-error':
      return 'FORMERR';
  }
}

/**
 * Gives an encoded reply the TSIG record that the verdict on its request calls for (RFC 8945 sections 5.2 and 5.3): signed for `verified`,
 * `bad-time` and `bad-trunc`, with an empty MAC for `bad-key` and `bad-sig`, none for the rest. `now` in seconds since 1970.
 */
export async function signReply(bytes: Uint8Array, verdict: TsigVerdict, options: { readonly now: number }): Promise<Signed> {
  const timeSigned = Math.floor(options.now);
  switch (verdict.kind) {
    case 'verified':
      return signMessage(bytes, verdict.signer, { timeSigned, requestMac: verdict.mac });
    case 'bad-trunc':
      return signMessage(bytes, verdict.signer, { timeSigned, requestMac: verdict.mac, error: 'BADTRUNC' });
    case 'bad-time': {
      const other = Buffer.alloc(SERVER_TIME_OCTETS);
      other.writeUIntBE(timeSigned, 0, SERVER_TIME_OCTETS);
      const { timeSigned: clientTime, fudge, mac: requestMac } = verdict;
      return signMessage(bytes, verdict.signer, { timeSigned: clientTime, fudge, requestMac, error: 'BADTIME', other });
    }
    case 'bad-key':
      return { bytes: withEmptyMac(bytes, verdict, { timeSigned, error: 'BADKEY' }), mac: NOTHING };
    case 'bad-sig':
      return { bytes: withEmptyMac(bytes, verdict, { timeSigned, error: 'BADSIG' }), mac: NOTHING };
    case 'unsigned':
    case 'form-error':
    case 'peer-error':
      return { bytes, mac: NOTHING };
  }
}

/** How many octets `signReply` adds: the `reserve` of `encodeMessage`. */
export function replyReserve(verdict: TsigVerdict): number {
  switch (verdict.kind) {
    case 'verified':
    case 'bad-trunc':
    case 'bad-time': {
      const macOctets = verdict.signer.macOctets?.accepted ?? USUAL_GSS_MAC_OCTETS;
      return tsigSize(verdict.keyName, verdict.algorithm, macOctets, verdict.kind === 'bad-time' ? SERVER_TIME_OCTETS : 0);
    }
    case 'bad-key':
    case 'bad-sig':
      return tsigSize(verdict.keyName, verdict.algorithm, 0);
    case 'unsigned':
    case 'form-error':
    case 'peer-error':
      return 0;
  }
}

function withEmptyMac(bytes: Uint8Array, request: TsigEvidence, fields: { timeSigned: number; error: 'BADKEY' | 'BADSIG' }): Uint8Array {
  const { algorithm } = request;
  const originalId = readId(bytes);
  const rdata = { type: 'TSIG', algorithm, fudge: DEFAULT_FUDGE, mac: NOTHING, other: NOTHING, originalId, ...fields } as const;
  return withTsig(bytes, encodeTsig(request, rdata));
}

const NOTHING = new Uint8Array();
