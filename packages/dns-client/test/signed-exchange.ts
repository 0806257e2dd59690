import { encodeMessage, hmacSigner, makeMessage, makeTsigKey, makeUpdate, parseDomainName, parseRecord, signMessage } from '@srvkit/dns';
import type { Message, MessageSigner } from '@srvkit/dns';
import type { ExecutionContext } from 'ava';
import { createDnsClient } from '../src/index.ts';
import type { DnsClient, DnsClientOptions } from '../src/index.ts';
import { createPeer } from './peer.ts';
import type { Peer, Request } from './peer.ts';
import type { DomainName } from '@srvkit/dns';

export const ZONE: DomainName = parseDomainName('example.org.');
export const UPDATE: Message = makeUpdate({
  id: 0,
  zone: ZONE,
  operations: [{ kind: 'add', record: parseRecord('_x._tcp.example.org. 60 IN SRV 1 2 3 a.example.org.') }],
});
export const NOW = 1_700_000_000; // seconds

export const signerOf = (name: string, secret: string): MessageSigner =>
  hmacSigner(makeTsigKey({ name: parseDomainName(name), algorithm: 'hmac-sha256', secret: new TextEncoder().encode(secret) }));
export const KEY: MessageSigner = signerOf('east-key.', 'a shared secret of some length!!');
export const OTHER_SECRET: MessageSigner = signerOf('east-key.', 'another secret of the same sort!');

export const octets = (request: Request, parts: Partial<Message> = {}): Uint8Array =>
  encodeMessage(makeMessage({ id: request.message.id, response: true, opcode: request.message.opcode, ...parts }));

/** A reply signed as a server does it. */
export async function signed(
  request: Request,
  signer: MessageSigner,
  parts: Partial<Message> = {},
  options: object = {},
): Promise<Uint8Array> {
  const requestMac = request.message.tsig?.rdata.mac ?? new Uint8Array();
  const { bytes } = await signMessage(octets(request, parts), signer, { timeSigned: NOW, requestMac, ...options });
  return bytes;
}

export async function peerOf(t: ExecutionContext, act: (request: Request) => void | Promise<void>): Promise<Peer> {
  const peer = await createPeer((request) => void act(request));
  t.teardown(peer.close);
  return peer;
}

export function clientOf(t: ExecutionContext, options: DnsClientOptions = {}): DnsClient {
  const client = createDnsClient({ servers: [], now: () => NOW * 1000, ...options });
  t.teardown(() => client.close());
  return client;
}
