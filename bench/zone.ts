import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import type { TsigKey } from '@srvkit/dns';

/** What the servers of the benches serve: `_vlmcs._tcp` with 4 SRV records in 2 groups and their addresses, and 256 services with the same. */
export const ORIGIN = 'east.contoso.com.';

/** The owners that clients ask for: many, so that lookups in flight are not merged into one. */
export const SERVICES: readonly string[] = Array.from({ length: 256 }, (_, at) => `_service${at}._tcp`);

export const ZONE_TEXT: string = [
  `$ORIGIN ${ORIGIN}`,
  '$TTL 3600',
  '@ SOA ns hostmaster 1 3600 600 86400 60',
  '@ NS ns',
  'ns A 127.0.0.1',
  ...['kms-e1', 'kms-e2', 'kms-w1', 'kms-w2'].map((host, at) => `${host} A 192.0.2.${at + 1}`),
  ...['_vlmcs._tcp', ...SERVICES].flatMap((service) => [
    `${service} SRV 10 75 1688 kms-e1`,
    `${service} SRV 10 25 1688 kms-e2`,
    `${service} SRV 90 75 1688 kms-w1`,
    `${service} SRV 90 25 1688 kms-w2`,
  ]),
  '',
].join('\n');

/** Whose UPDATEs are taken. */
export const UPDATE_KEY: TsigKey = makeTsigKey({
  name: parseDomainName('publisher'),
  secret: Buffer.from('a secret of thirty-two octets or so'),
});
