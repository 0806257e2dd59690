import type { ExecutionContext } from 'ava';
import { hmacSigner, makeUpdate, parseDomainName, parseRecord } from '@srvkit/dns';
import type { ResourceRecord, TsigKey, UpdateParts } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import { createPublisher } from '@srvkit/publisher';
import type { Desired, Publisher, PublisherOptions, PublishReport, ZoneReport } from '@srvkit/publisher';
import { digOne } from './dig.ts';
import { PUBLISHER } from './update-servers.ts';
import type { UpdateServer, ZoneFile } from './update-servers.ts';

/** The zone of one case at one server. */
export interface Place {
  readonly t: ExecutionContext;
  readonly server: UpdateServer;
  readonly address: string;
  readonly origin: string;
  /** `TTL PRIORITY WEIGHT PORT HOST` of every SRV record there, hosts relative to the zone. */
  holds(): Promise<readonly string[]>;
  /** Sends an UPDATE made by hand, signed; its RCODE, and what the signature of the reply is worth. */
  send(parts: Omit<UpdateParts, 'id' | 'zone'>, zone?: string): Promise<string>;
  publisher(options?: PublisherOptions & { readonly key?: TsigKey | undefined }): Publisher;
  desired(parts?: Partial<Desired>, entry?: { readonly priority?: number; readonly weight?: number }): Desired;
}

/** What a zone holds before: records at the owner, as `holds` gives them, and another line. */
export interface ZoneLines {
  readonly records?: readonly string[];
  readonly line?: string;
}

/** A zone of its own for each number. */
export function zoneOf({ records = [], line = '' }: ZoneLines, index: number): ZoneFile {
  const lines = records.map((record) => `_vlmcs._tcp ${record.replace(' ', ' IN SRV ')}`);
  const origin = `case${index}.contoso.com`;
  const text = `$ORIGIN ${origin}.\n$TTL 3600\n@ IN SOA dns1 hostmaster 1 900 600 86400 60\n@ IN NS dns1\ndns1 IN A 127.0.0.1\n`;
  return { origin, text: `${text}${[...lines, line].join('\n')}\n` };
}

export function placeAt(t: ExecutionContext, server: UpdateServer, address: string, origin: string): Place {
  const owner = `_vlmcs._tcp.${origin}.`;
  return {
    t,
    server,
    address,
    origin,
    holds: async () => {
      const { answer } = await digOne(address, owner, 'SRV');
      return answer.map((line) => line.replace(`${owner} `, '').replace(' IN SRV', '').replace(`.${origin}.`, '')).toSorted();
    },
    send: async (parts, zone = origin) => {
      const client = createDnsClient({ timeoutMs: 20_000 });
      const update = makeUpdate({ id: 0, zone: parseDomainName(zone), ...parts });
      const { rcode, tsig } = await client.exchange(update, { server: address, signer: hmacSigner(PUBLISHER) });
      await client.close();
      return `${rcode ?? '-'} ${tsig}`;
    },
    publisher: (given = {}) => {
      const { key, ...options } = { key: PUBLISHER, ...given };
      const signer = key === undefined ? {} : { signer: hmacSigner(key) };
      return createPublisher({ server: address, timeoutMs: 20_000, ...signer, ...options });
    },
    desired: (parts = {}, entry = {}) => ({
      service: '_vlmcs._tcp',
      target: parseDomainName(`kms1.${origin}`),
      port: 1688,
      entries: [{ domain: parseDomainName(origin), priority: 10, weight: 75, ...entry }],
      ...parts,
    }),
  };
}

/** A record at the owner, written as `holds` gives it. */
export function recordAt({ origin }: Place, line: string): ResourceRecord {
  return parseRecord(`_vlmcs._tcp.${origin}. ${line.replace(' ', ' IN SRV ')}.${origin}.`);
}

/** The report about the one zone. */
export function only(report: PublishReport): ZoneReport {
  const [zone, ...others] = report.zones;
  if (zone === undefined || others.length > 0) throw new Error(`${report.zones.length} zones in the report, not one`);
  return zone;
}
