import { hmacSigner, parseDomainName } from '@srvkit/dns';
import type { TsigKey } from '@srvkit/dns';
import { createPublisher } from '@srvkit/publisher';
import type { Desired, Publisher, PublisherOptions, PublishReport, ZoneReport } from '@srvkit/publisher';
import type { ExecutionContext } from 'ava';
import { digOne } from './dig.ts';
import { makeKey } from './key.ts';
import { startNamed } from './named.ts';
import { DONE, nsupdate } from './nsupdate.ts';

// The world of the tests that publish into BIND: two zones, and three keys with different rights.

/** Who judges there. */
export const JUDGES = ['named', 'nsupdate', 'dig'] as const;

export const EAST = '_vlmcs._tcp.east.contoso.com.';
export const WEST = '_vlmcs._tcp.west.contoso.com.';

/** May change the KMS records of both sites. */
export const E1_KEY: TsigKey = makeKey({ name: 'kms-e1' });
/** May change those of the east only. */
export const E2_KEY: TsigKey = makeKey({ name: 'kms-e2', algorithm: 'hmac-sha512' });
/** May change everything. */
const ADMIN_KEY = makeKey({ name: 'admin' });

/** What `inEast` publishes, and a record of another host. */
export const OURS: string = `${EAST} 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.`;
export const NEIGHBOUR: string = `${EAST} 3600 IN SRV 10 25 1688 kms-e2.east.contoso.com.`;

// The least rights that a publisher needs in BIND are these: a name and a type.
const SITES = ['east', 'west'].map((site) => ({
  origin: `${site}.contoso.com`,
  updatePolicy: [
    'grant admin. zonesub ANY',
    `grant kms-e1. name _vlmcs._tcp.${site}.contoso.com. SRV`,
    ...(site === 'east' ? [`grant kms-e2. name ${EAST} SRV`] : []),
  ],
  text: `
$TTL 3600
@       SOA dns1 hostmaster 1 900 600 86400 60
@       NS dns1
dns1    A 127.0.0.1
kms-e1  A 192.0.2.11
`,
}));

/** A named with both zones; gives its address. */
export function startSites(t: ExecutionContext, keys: readonly TsigKey[] = [ADMIN_KEY, E1_KEY, E2_KEY]): Promise<string> {
  return startNamed(t, { zones: SITES, keys });
}

/** Has nsupdate change one zone in one message, with the key that may do everything. */
export async function change(t: ExecutionContext, server: string, ...lines: readonly string[]): Promise<void> {
  t.deepEqual(await nsupdate(lines, { server, key: ADMIN_KEY }), DONE);
}

/** The SRV records that dig finds there. */
export async function recordsAt(server: string, owner: string): Promise<readonly string[]> {
  return (await digOne(server, owner, 'SRV')).answer.toSorted();
}

/** Our publisher for this server, as patient as a slow machine wants it. */
export function publisherFor(server: string, key: TsigKey | undefined, options: PublisherOptions = {}): Publisher {
  return createPublisher({ server, timeoutMs: 20_000, ...(key === undefined ? {} : { signer: hmacSigner(key) }), ...options });
}

/** kms-e1 in the east, unless told otherwise. */
export function inEast(parts: Partial<Desired> = {}): Desired {
  return {
    service: '_vlmcs._tcp',
    target: parseDomainName('kms-e1.east.contoso.com'),
    port: 1688,
    entries: [{ domain: parseDomainName('east.contoso.com'), priority: 10, weight: 75 }],
    ...parts,
  };
}

/** The same in the west too, as the last resort there. */
export function inBoth(): Desired {
  const west = { domain: parseDomainName('west.contoso.com'), priority: 90, weight: 75 };
  return inEast({ entries: [...inEast().entries, west] });
}

/** The report of the one zone there is. */
export function onlyZone(report: PublishReport): ZoneReport {
  const [zone, ...others] = report.zones;
  if (zone === undefined || others.length > 0) throw new Error(`${report.zones.length} zones in the report, not one`);
  return zone;
}
