import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import type { TsigKey } from '@srvkit/dns';
import type { Desired } from '@srvkit/publisher';
import type { Random } from '@srvkit/selection';

/** One host as it shall be published. */
export interface HostAt {
  readonly domain: string;
  readonly target: string;
  readonly port: number;
  readonly priority: number;
}

export const DOMAINS = ['east.contoso.com.', 'west.contoso.com.'] as const;
const SERVICE = '_vlmcs._tcp';
const WEIGHT = 75;

/** The key that may update both zones. */
export function soakKey(): TsigKey {
  return makeTsigKey({ name: parseDomainName('soak-key'), secret: Buffer.from('a secret for this machine only') });
}

/** Another domain, name, port and priority, each of a few, so that what was before comes again. */
export function anyHost(random: Random): HostAt {
  return {
    domain: DOMAINS[random.below(DOMAINS.length)] ?? DOMAINS[0],
    target: `kms${random.below(2) + 1}.contoso.com.`,
    port: 1688 + random.below(2),
    priority: random.below(3) * 10,
  };
}

export function desiredOf({ domain, target, port, priority }: HostAt): Desired {
  const entries = [{ domain: parseDomainName(domain), priority, weight: WEIGHT }];
  return { service: SERVICE, target: parseDomainName(target), port, entries };
}

export function ownerIn(domain: string): string {
  return `${SERVICE}.${domain}`;
}

/** The record of a host, as it is compared. */
export function recordOf({ domain, target, port, priority }: HostAt): string {
  return `${ownerIn(domain)} ${priority} ${WEIGHT} ${port} ${target}`;
}

/** Somebody else's records: one host at our own ports, one that differs from ours by its name alone. */
export const FOREIGN: readonly string[] = DOMAINS.flatMap((domain) => [
  `${ownerIn(domain)} 10 75 1688 kms3.contoso.com.`,
  `${ownerIn(domain)} 0 75 1689 kms4.contoso.com.`,
]).toSorted();

export function soakZone(domain: string): string {
  const foreign = FOREIGN.filter((record) => record.startsWith(ownerIn(domain))).map((record) => record.replace(' ', ' 300 IN SRV '));
  return `$ORIGIN ${domain}\n$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\n${foreign.join('\n')}\n`;
}
