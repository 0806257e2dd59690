import { formatRegFile, Settings } from '@srvkit/settings';

/** The two-site story of kms N-20 with the per-host publish lists of kms P-11, as data. */

export interface Site {
  readonly name: 'east' | 'west';
  readonly domain: string;
}

export interface HostPlan {
  readonly name: string;
  readonly site: Site;
  /** The host's own loopback address, where the system has it. */
  readonly address: string;
  /** `DnsDomainPublishList`: domain, priority, weight. */
  readonly publishList: readonly string[];
}

export const EAST: Site = { name: 'east', domain: 'east.contoso.com' };
export const WEST: Site = { name: 'west', domain: 'west.contoso.com' };

export const HOST_PLANS: readonly HostPlan[] = [
  { name: 'kms-e1', site: EAST, address: '127.0.1.11', publishList: ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75'] },
  { name: 'kms-e2', site: EAST, address: '127.0.1.12', publishList: ['east.contoso.com, 10, 25', 'west.contoso.com, 90, 25'] },
  { name: 'kms-w1', site: WEST, address: '127.0.2.11', publishList: ['west.contoso.com, 10, 75', 'east.contoso.com, 90, 75'] },
  { name: 'kms-w2', site: WEST, address: '127.0.2.12', publishList: ['west.contoso.com, 10, 25', 'east.contoso.com, 90, 25'] },
];

/** The application and SKU that the pinned hosts are for: Windows, and an edition of it (kms D-28). */
export const APP_ID = '55c92734-d682-4d71-983e-d6ec3f16059f';
export const SKU_ID = '73111121-5638-40f6-bc11-f1d7b0d64300';

const SPP = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
export const KMS_PORT = 1688;

/** A host's registry export: its publish list, and its port when it is not 1688 (kms P-06, P-08). */
export function hostRegFile(plan: HostPlan, port: number): Uint8Array {
  const listed = Settings.empty().set(SPP, 'DnsDomainPublishList', { type: 'REG_MULTI_SZ', value: [...plan.publishList] });
  return formatRegFile(
    port === KMS_PORT ? listed : listed.set(SPP, 'KeyManagementServiceListeningPort', { type: 'REG_SZ', value: String(port) }),
  );
}

/** Pins `host` for a client at one of the three levels (kms D-07), with its port when it is not 1688 (kms D-09). */
export function pinHost(settings: Settings, level: 'sku' | 'application' | 'global', host: string, port: number): Settings {
  const key = { sku: `${SPP}\\${APP_ID}\\${SKU_ID}`, application: `${SPP}\\${APP_ID}`, global: SPP }[level];
  const named = settings.set(key, 'KeyManagementServiceName', { type: 'REG_SZ', value: host });
  return port === KMS_PORT ? named : named.set(key, 'KeyManagementServicePort', { type: 'REG_SZ', value: String(port) });
}

/** A site's zone before anybody has published: its name server and its hosts' addresses. */
export function zoneText(site: Site, addresses: ReadonlyMap<string, string>): string {
  const hosts = HOST_PLANS.filter((plan) => plan.site === site).map(
    (plan) => `${plan.name}  IN A ${addresses.get(plan.name) ?? plan.address}`,
  );
  return `${[
    `$ORIGIN ${site.domain}.`,
    '$TTL 3600',
    '@       IN SOA ns1 hostmaster 1 3600 600 604800 300',
    '@       IN NS  ns1',
    'ns1     IN A 127.0.0.1',
    ...hosts,
  ].join('\n')}\n`;
}
