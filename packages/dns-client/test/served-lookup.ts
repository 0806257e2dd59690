import { encodeMessage, parseDomainName } from '@srvkit/dns';
import type { ExecutionContext } from 'ava';
import { createDnsClient } from '../src/index.ts';
import type { DnsClient, DnsClientOptions } from '../src/index.ts';
import { question, response } from './messages.ts';
import type { ResponseParts } from './messages.ts';
import { createPeer } from './peer.ts';
import type { Peer, Request } from './peer.ts';
import type { DomainName } from '@srvkit/dns';

export const NAME: DomainName = parseDomainName('_x._tcp.example.org.');
export const SRV = '_x._tcp.example.org. 60 IN SRV 1 2 3 a.example.org.';

/** The octets that answer `request`, whatever else they say. */
export const answer = (request: Request, parts: ResponseParts = { answer: [SRV] }): Uint8Array =>
  encodeMessage(response(request.message.question[0] ?? question('.'), { id: request.message.id, ...parts }));
export const good = (request: Request): void => request.reply(answer(request));

export async function peerOf(t: ExecutionContext, act: (request: Request) => void): Promise<Peer> {
  const peer = await createPeer(act);
  t.teardown(peer.close);
  return peer;
}

export function clientOf(t: ExecutionContext, servers: readonly (Peer | string)[], options: DnsClientOptions = {}): DnsClient {
  // Patient, so that a busy machine does not look like a silent server.
  const client = createDnsClient({
    servers: servers.map((server) => (typeof server === 'string' ? server : server.address)),
    tryTimeoutMs: 4000,
    tcpTimeoutMs: 4000,
    ...options,
  });
  t.teardown(() => client.close());
  return client;
}
