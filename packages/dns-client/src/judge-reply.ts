import { keyring, verifyMessage } from '@srvkit/dns';
import type { Message, MessageSigner, Rcode, TsigVerdict } from '@srvkit/dns';
import { decodeReply } from './decode-reply.ts';

/**
 * What a reply's signature is worth (cli.md, `tsig`). `none`: the request was not signed, so nothing was expected. Only `verified` was
 * proven. `unsigned`: no MAC. `bad-mac`: not this key's, not this request's, or not now. `samba-mac`: right but for Samba's well-known
 * mistake (publish 4.2). `echoed`: our own request sent back, as Windows does when it refuses (publish 4.1).
 */
export type TsigStatus = 'verified' | 'none' | 'unsigned' | 'bad-mac' | 'samba-mac' | 'echoed';

/** A reply and what its signature is worth. */
export interface JudgedReply {
  readonly message: Message;
  readonly tsig: TsigStatus;
  /** What the TSIG record says was wrong with the request: BADKEY, BADSIG (never proven), BADTIME, BADTRUNC. */
  readonly tsigError: Rcode | null;
  /** Seconds since 1970: the server's clock, from a verified BADTIME (RFC 8945 section 5.2.3). */
  readonly serverTime: number | null;
}

/**
 * Judges a reply by the key and the MAC of its request (RFC 8945 section 5.4), if that was signed. Undefined for octets that are no
 * message. `now` in seconds since 1970.
 */
export async function judgeReply(
  bytes: Uint8Array,
  request: { readonly signer: MessageSigner; readonly mac: Uint8Array } | undefined,
  now: number,
): Promise<JudgedReply | undefined> {
  const message = decodeReply(bytes);
  if (message === undefined) return undefined;
  const judged = { message, tsigError: null, serverTime: null };
  if (request === undefined) return { ...judged, tsig: 'none' };
  const mac = message.tsig?.rdata.mac;
  if (mac !== undefined && mac.length > 0 && Buffer.compare(mac, request.mac) === 0) return { ...judged, tsig: 'echoed' };
  const find = keyring([request.signer]);
  const verdict = await verifyMessage(bytes, find, { now, requestMac: request.mac });
  if (verdict.kind !== 'bad-sig') return { ...judged, ...worthOf(verdict) };
  const second = await verifyMessage(bytes, find, { now, requestMac: request.mac, digest: 'samba' });
  return { ...judged, tsig: second.kind === 'verified' ? 'samba-mac' : 'bad-mac' };
}

/** Whether there is nothing better to wait for. Samba's MAC proves that the server has the key, though not in the way it should. */
export function isConclusive({ tsig }: JudgedReply): boolean {
  return tsig === 'none' || tsig === 'verified' || tsig === 'samba-mac';
}

/** Of two replies that cannot be believed, the one that tells more about what is wrong; the first of equals. */
export function moreTelling(first: JudgedReply | undefined, second: JudgedReply): JudgedReply {
  return first === undefined || tells(second) > tells(first) ? second : first;
}

function worthOf(verdict: TsigVerdict): Pick<JudgedReply, 'tsig'> & Partial<JudgedReply> {
  switch (verdict.kind) {
    case 'verified':
      return { tsig: 'verified' };
    case 'bad-time':
      // The server's own words about our clock are signed by it; its being far from our time is no proof of anything.
      if (verdict.error !== 'BADTIME') return { tsig: 'bad-mac' };
      return { tsig: 'verified', tsigError: 'BADTIME', serverTime: verdict.serverTime ?? null };
    case 'bad-trunc':
      return verdict.error === 'BADTRUNC' ? { tsig: 'verified', tsigError: 'BADTRUNC' } : { tsig: 'bad-mac' };
    case 'unsigned':
      return { tsig: 'unsigned' };
    case 'peer-error':
      return { tsig: 'unsigned', tsigError: verdict.error };
    case 'bad-key':
    case 'bad-sig':
    case 'form-error':
      return { tsig: 'bad-mac' };
    default:
      return verdict satisfies never;
  }
}

function tells({ message, tsig, tsigError }: JudgedReply): number {
  if (tsig === 'verified' || tsig === 'samba-mac') return 5;
  if (tsigError !== null) return 4;
  if (tsig === 'echoed') return 3;
  if (message.rcode === 'NOTAUTH' || message.rcode === 'REFUSED') return 2;
  return tsig === 'bad-mac' ? 1 : 0;
}
