import { encodeMessage } from '@srvkit/dns';
import type { MessageSigner, TsigVerdict } from '@srvkit/dns';
import type { FaultEffect } from '../fault.ts';
import { makeReply } from '../zone/answer-query.ts';

/** What can be wrong with signatures (RFC 8945 section 5, publish 6.11). They meet signed requests only. */
export const TSIG_FAULTS: Readonly<Record<string, FaultEffect>> = {
  badkey: { suspect: (verdict) => (verdict.kind === 'verified' ? { ...verdict, kind: 'bad-key' } : verdict) },
  badsig: { suspect: (verdict) => (verdict.kind === 'verified' ? { ...verdict, kind: 'bad-sig' } : verdict) },
  badtime: { clockAheadMs: 1_000_000 },
  badtrunc: { suspect: (verdict) => (verdict.kind === 'verified' ? { ...verdict, kind: 'bad-trunc' } : verdict) },
  unsigned: { settle: ({ reply }) => ({ reply, verdict: UNSIGNED }) },
  'wrong-mac': { settle: ({ reply, verdict }) => ({ reply, verdict: signingOtherwise(verdict, flipped) }) },
  'forged-first': { before: (_, { request }) => encodeMessage(makeReply(request, 'NOERROR')) },
};

/** The verdict after which a reply is not signed. */
export const UNSIGNED: TsigVerdict = { kind: 'unsigned' };

/** The verdict with another way to sign the reply; the same one where the reply has no MAC. */
export function signingOtherwise(
  verdict: TsigVerdict,
  sign: (signer: MessageSigner, bytes: Uint8Array) => Promise<Uint8Array>,
): TsigVerdict {
  if (!('signer' in verdict)) return verdict;
  const { signer } = verdict;
  return { ...verdict, signer: { ...signer, sign: (bytes) => sign(signer, bytes) } };
}

async function flipped(signer: MessageSigner, bytes: Uint8Array): Promise<Uint8Array> {
  const mac = Uint8Array.from(await signer.sign(bytes));
  mac[0] = (mac[0] ?? 0) ^ 1;
  return mac;
}
