import type { DomainName } from '@srvkit/dns';
import type { SrvRecord } from '@srvkit/publisher/plan';

/** What DNS says of a service in some domains, and of the hosts it names: from this a scenario is begun. */
export interface EstateReading {
  /** `_service._proto`. */
  readonly service: string;
  /** The domains that were read, in the order they were asked for. */
  readonly domains: readonly DomainReading[];
  /** What is known of each target, by the key of its name. A target that is not in it was not looked up. */
  readonly targets: ReadonlyMap<string, TargetReading>;
  /** Domains that could not be read, with the reason. */
  readonly unread: readonly { readonly domain: DomainName; readonly why: string }[];
}

/** The service in one domain. */
export interface DomainReading {
  readonly domain: DomainName;
  /** The zone that holds it; undefined: nobody said. */
  readonly zone: { readonly origin: DomainName; readonly serial: number } | undefined;
  /** Who answered: `HOST:PORT`. */
  readonly server: string;
  readonly means: 'transfer' | 'signed transfer' | 'queries';
  /** Whether TTLs are those of the zone, and not what was left of them in a resolver. */
  readonly authoritative: boolean;
  /** Where the owner name leads when it is an alias. */
  readonly aliasOf: DomainName | undefined;
  /** The SRV set as it is, records included that clients leave out. */
  readonly records: readonly SrvRecord[];
  /** Domains of the same zone that have records of the service too and were not asked for. */
  readonly others: readonly DomainName[];
  /** What else there is to say about how it was read. */
  readonly remarks: readonly string[];
}

/** What was found under the name of a target. `unknown`: it could not be looked up. */
export type TargetReading =
  | { readonly kind: 'addresses' | 'no-address' }
  | { readonly kind: 'alias'; readonly of: DomainName }
  | { readonly kind: 'unknown'; readonly why: string };
