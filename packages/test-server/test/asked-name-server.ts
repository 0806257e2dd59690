import { encodeMessage, hmacSigner, makeMessage, makeTsigKey, parseDomainName, signMessage, verifyMessage } from '@srvkit/dns';
import type { Edns, Message, TsigKey } from '@srvkit/dns';
import { NameServer } from '../src/name-server.ts';
import type { NameServerOptions, Reply } from '../src/name-server.ts';
import { name, sampleZone } from './sample-zone.ts';
import { updateOf } from './update-fixture.ts';

// A name server without sockets, and what it is asked.

/** What the server takes for the time, in seconds. */
export const NOW_S = 1_800_000_000;
export const KEY: TsigKey = makeTsigKey({ name: parseDomainName('east-key.'), secret: Buffer.from('a secret of the east') });
export const ADD: Message = updateOf(['update add a 60 A 192.0.2.1']);

export function server(options: Partial<NameServerOptions> = {}): NameServer {
  return new NameServer({ zones: [sampleZone('_vlmcs._tcp SRV 0 0 1688 kms1')], keys: [KEY], now: () => NOW_S * 1000 + 999, ...options });
}

export function query(owner: string, type: 'SRV' | 'A' = 'SRV', edns?: Edns): Uint8Array {
  return encodeMessage(makeMessage({ id: 4711, recursionDesired: true, question: [{ name: name(owner), type, class: 'IN' }], edns }));
}

export function ednsOf(udpPayloadSize: number): Edns {
  return { udpPayloadSize, version: 0, dnssecOk: false, options: [] };
}

export function signed(
  message: Message,
  change: { readonly key?: TsigKey; readonly timeSigned?: number } = {},
): ReturnType<typeof signMessage> {
  return signMessage(encodeMessage(message), hmacSigner(change.key ?? KEY), { timeSigned: change.timeSigned ?? NOW_S });
}

export function verdictOf(reply: Reply, requestMac: Uint8Array): ReturnType<typeof verifyMessage> {
  return verifyMessage(bytesOf(reply), () => hmacSigner(KEY), { now: NOW_S, requestMac });
}

export function bytesOf(reply: Reply): Uint8Array {
  if (reply.bytes === undefined) throw new Error('no reply');
  return reply.bytes;
}
