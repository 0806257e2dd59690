import { once } from 'node:events';
import { createServer } from 'node:net';
import { hmacSigner, makeTsigKey, parseDomainName } from '@srvkit/dns';
import { createPublisher } from '@srvkit/publisher';
import { answerParent } from './child.ts';
import { LAB_KEY } from './lab-key.ts';

// One host: it listens, publishes itself, and answers whoever connects and says something. A crash kills this process.

/** The first message starts the host; `cutOff` are the addresses of clients that the network keeps from it now. */
export type HostQuestion = { readonly start: HostStart } | { readonly cutOff: readonly string[] };

export interface HostStart {
  /** What it answers. */
  readonly greeting: string;
  readonly address: string;
  readonly port: number;
  readonly service: string;
  readonly target: string;
  readonly entries: readonly { readonly domain: string; readonly priority: number; readonly weight: number }[];
  readonly ttl: number;
  /** In base64. */
  readonly secret: string;
  /** The server that takes UPDATEs, `HOST:PORT`; undefined: the primaries that DNS names. */
  readonly server: string | undefined;
  readonly cutOff: readonly string[];
}

/** What became of the records, or what to do about it; undefined when there was nothing to publish. */
export interface HostAnswer {
  readonly published: string | undefined;
}

let cutOff: readonly string[] = [];

async function start(host: HostStart): Promise<string> {
  const listener = createServer((socket) => {
    socket.on('error', () => {}); // a client that is gone already
    if (cutOff.includes(socket.remoteAddress ?? '')) socket.resetAndDestroy();
    else socket.once('data', () => socket.end(host.greeting));
  });
  listener.listen({ host: host.address, port: host.port, backlog: 4096 });
  await once(listener, 'listening');
  const key = makeTsigKey({ name: parseDomainName(LAB_KEY), secret: Buffer.from(host.secret, 'base64') });
  const publisher = createPublisher({ signer: hmacSigner(key), ...(host.server === undefined ? {} : { server: host.server }) });
  const entries = host.entries.map((entry) => ({ ...entry, domain: parseDomainName(entry.domain) }));
  const { service, port, ttl } = host;
  const report = await publisher.publish({ service, target: parseDomainName(host.target), port, ttl, entries });
  return report.zones.find(({ hint }) => hint !== undefined)?.hint ?? report.outcome;
}

answerParent(async (question: HostQuestion): Promise<HostAnswer> => {
  if ('start' in question) {
    ({ cutOff } = question.start);
    return { published: await start(question.start) };
  }
  ({ cutOff } = question);
  return { published: undefined };
});
