import type { DomainName } from '@srvkit/dns';
import { desiredRecords } from '@srvkit/publisher/plan';
import type { SrvRecord } from '@srvkit/publisher/plan';
import { hostRecords } from '../scenario/host-records.ts';
import { spellsAddress } from '../estate/spells-address.ts';
import type { DomainReading, EstateReading } from './estate-reading.ts';

/** A record of a domain that was read. */
export interface ReadRecord {
  readonly reading: DomainReading;
  readonly record: SrvRecord;
}

/** Why no host can have published a record as it stands in its zone. */
export type ByHand =
  | 'root-target'
  | 'port-zero'
  | 'address-target'
  | 'no-address'
  | 'alias-owner'
  | 'alias-target'
  | 'outside-target'
  | 'same-endpoint-twice'
  | 'other-port'
  | 'unlisted-domain';

/**
 * Why no host can have published this record, the first reason that holds; undefined: a publish list gives exactly this record. `port`: where
 * its target listens.
 */
export function whyByHand({ reading, record }: ReadRecord, estate: EstateReading, port: number): ByHand | undefined {
  const { target } = record.rdata;
  if (target.isRoot) return 'root-target';
  if (record.rdata.port === 0) return 'port-zero';
  if (spellsAddress(target)) return 'address-target';
  const known = estate.targets.get(target.key);
  if (known?.kind === 'no-address') return 'no-address';
  if (reading.aliasOf !== undefined) return 'alias-owner';
  if (known?.kind === 'alias') return 'alias-target';
  if (!estate.domains.some(({ domain }) => target.isWithin(domain))) return 'outside-target';
  if (reading.records.filter(({ rdata }) => rdata.port === record.rdata.port && rdata.target.equals(target)).length > 1)
    return 'same-endpoint-twice';
  if (record.rdata.port !== port) return 'other-port';
  return canBeListed(reading.domain, record, estate.service) ? undefined : 'unlisted-domain';
}

/** Whether anybody can be behind a record: its target has a name that clients can connect to. */
export function hasHost(why: ByHand | undefined): boolean {
  return why === undefined || !WITHOUT_HOST.has(why);
}

const WITHOUT_HOST: ReadonlySet<ByHand> = new Set(['root-target', 'port-zero', 'address-target', 'no-address']);

/** The proof: the line is read and planned as the simulation will, and compared. */
function canBeListed(domain: DomainName, record: SrvRecord, service: string): boolean {
  const { target, priority, weight, port } = record.rdata;
  const line = `${domain.toString().slice(0, -1)}, ${priority}, ${weight}`;
  const host = {
    target: target.toString(),
    home: domain.toString(),
    port,
    publish: [line],
    homeDomain: 'listed',
    publishing: true,
  } as const;
  try {
    const [first, ...more] = desiredRecords(hostRecords(host, service).desired);
    return more.length === 0 && first?.record.name.equals(record.name) === true && first.record.rdata.target.equals(target);
  } catch {
    // A domain that is no line of a list, for one of the reasons of kms P-11 and 12.3.
    return false;
  }
}
