import type { ExecutionContext } from 'ava';
import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import type { MessageSigner } from '@srvkit/dns';
import { createTestServer } from '@srvkit/test-server';
import type { TestServer, TestServerOptions } from '@srvkit/test-server';
import { createPublisher, hmacSigner } from '../src/index.ts';
import type { Desired, PublisherOptions, PublishReport, ZoneReport } from '../src/index.ts';

const key = makeTsigKey({ name: parseDomainName('east-key'), secret: Buffer.from('a secret of the east') });

const neighbourKey = makeTsigKey({ name: parseDomainName('neighbour-key'), secret: Buffer.from('a secret of the neighbour') });

/** Of a key that may update them too. */
export const neighbour: MessageSigner = hmacSigner(neighbourKey);

/** Of the key that may update the zones. */
export const signer: MessageSigner = hmacSigner(key);

export interface Served extends Pick<TestServerOptions, 'mayUpdate' | 'faults' | 'now'> {
  /** Already at `_vlmcs._tcp.east.contoso.com`: `TTL PRIORITY WEIGHT PORT TARGET`. */
  records?: readonly string[];
  /** A line more in east.contoso.com. */
  more?: string;
}

/** Three zones, with the key that may update them. */
export async function serve(t: ExecutionContext, { records = [], more = '', ...options }: Served): Promise<TestServer> {
  const lines = records.map((record) => `_vlmcs._tcp ${record.replace(' ', ' IN SRV ')}`);
  const zones = ['east', 'west', 'north'].map((site) => {
    const head = `$ORIGIN ${site}.contoso.com.\n$TTL 3600\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\n`;
    return site === 'east' ? `${head}${[...lines, more].join('\n')}\n` : head;
  });
  const server = await createTestServer({ zones, keys: [key, neighbourKey], ...options });
  t.teardown(() => server.close());
  return server;
}

export function publisher(server: TestServer, options: PublisherOptions | { signer: undefined } = {}): ReturnType<typeof createPublisher> {
  const { signer: own, ...rest } = { signer, ...options };
  return createPublisher({
    server: server.address,
    timeoutMs: 2000,
    sleep: () => Promise.resolve(),
    ...rest,
    ...(own === undefined ? {} : { signer: own }),
  });
}

export function east(): Desired {
  return desired([entry('east.contoso.com')]);
}

export function desired(entries: Desired['entries']): Desired {
  return { service: '_vlmcs._tcp', target: parseDomainName('kms-e1.east.contoso.com'), port: 1688, entries };
}

export function entry(domain: string): Desired['entries'][number] {
  return { domain: parseDomainName(domain), priority: 10, weight: 75 };
}

export function only(report: PublishReport): ZoneReport {
  if (report.zones.length !== 1) throw new Error(`${report.zones.length} zones`);
  return report.zones[0]!;
}

export function srvSet(server: TestServer): string[] {
  const set = server.zones.get('east.contoso.com.')?.rrset(parseDomainName('_vlmcs._tcp.east.contoso.com'), 'SRV');
  return (set?.records ?? [])
    .map(({ ttl, rdata }) =>
      rdata.type === 'SRV' ? `${ttl} ${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}` : '',
    )
    .sort();
}

export function updates(server: TestServer): readonly unknown[] {
  return server.requests.filter(({ message }) => message?.opcode === 'UPDATE');
}
