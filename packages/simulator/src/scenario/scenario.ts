import type { Policy } from '@srvkit/discovery';

/**
 * A scenario as it was read and checked: every name leads somewhere, every default is filled in. Maps keep the order of the file.
 * Durations of the estate's life are in minutes, those of the network in milliseconds, shares from 0 to 1.
 */
export interface Scenario {
  readonly name: string;
  readonly service: string;
  /** Unsigned 32-bit. */
  readonly seed: number;
  readonly durationMinutes: number;
  readonly policies: ScenarioPolicy;
  readonly profiles: ReadonlyMap<string, ClientProfile>;
  readonly sites: ReadonlyMap<string, SiteScenario>;
  /** The network between sites that have no link of their own; undefined: they are not connected. */
  readonly wan: LinkQuality | undefined;
  readonly links: readonly LinkScenario[];
  readonly dns: DnsScenario;
  readonly hosts: ReadonlyMap<string, HostScenario>;
  readonly clients: ReadonlyMap<string, ClientScenario>;
  /** In the order of time; what happens in the same minute in the order of the file. */
  readonly timeline: readonly TimelineEvent[];
}

/** The policies of discovery, and what the simulation needs beside them. */
export interface ScenarioPolicy extends Policy {
  /** Whether a host that counts too few clients ends a client's pass (kms D-06). */
  readonly belowThreshold: 'stop' | 'continue';
  /** How long a client waits for a host that does not answer. */
  readonly attemptTimeoutMs: number;
  /** What one answered request carries over the network, both ways (kms N-24). */
  readonly requestBytes: number;
}

/** How a group of clients discovers, and what drives it. */
export interface ClientProfile {
  /** `activation`: kms section 5. `service`: connects every `everyMinutes`, and after a failure every `retryMinutes`. */
  readonly kind: 'activation' | 'service';
  /** What differs from the scenario's policies. */
  readonly policy: Partial<Policy>;
  readonly everyMinutes: number;
  readonly retryMinutes: number;
}

export interface SiteScenario {
  /** The suffix search list: the domains asked, in order. */
  readonly search: readonly string[];
  /** The site whose DNS servers its resolver asks; undefined: its own. */
  readonly dns?: string | undefined;
}

export interface LinkQuality {
  /** One way. */
  readonly latencyMs: number;
  /** Up to so much more, uniformly. */
  readonly jitterMs: number;
  /** Of the packets of one direction. */
  readonly loss: number;
}

export interface LinkScenario extends LinkQuality {
  readonly between: readonly [string, string];
  readonly firewall: readonly FirewallRule[];
}

/** What is not let through: connections to `port` (all when undefined) begun at site `from` (either when undefined). */
export interface FirewallRule {
  readonly port: number | undefined;
  readonly from: string | undefined;
  readonly action: 'drop' | 'reject';
}

export interface DnsScenario {
  /** Of the sets of SRV records. */
  readonly ttlSeconds: number;
  /** In place of it, by the key of the domain (`DomainName.key`). */
  readonly ttlSecondsOf: ReadonlyMap<string, number>;
  /** How long after the primary the servers of the other sites have a change. */
  readonly replicationMinutes: number;
  /** The site of the primary. Undefined: it is reached from everywhere, at once. */
  readonly primary: string | undefined;
  /** Zones that exist, beside those of every suffix search list. */
  readonly zones: readonly string[];
  readonly records: readonly RecordScenario[];
  readonly scavenging: ScavengingScenario | undefined;
}

/** A record that no host publishes: written by hand, or left behind by a host that is gone (`stale`, which scavenging may remove). */
export interface RecordScenario {
  readonly domain: string;
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
  readonly stale: boolean;
}

/** The three periods of kms P-29. */
export interface ScavengingScenario {
  readonly noRefreshMinutes: number;
  readonly refreshMinutes: number;
  readonly everyMinutes: number;
}

export interface HostScenario {
  readonly site: string;
  /** Fully qualified: the target of its records. */
  readonly target: string;
  readonly home: string;
  readonly port: number;
  /** Lines of `DnsDomainPublishList`; undefined: none, so that only the home domain is published. */
  readonly publish: readonly string[] | undefined;
  /** Whether the home domain is published when a list does not name it (kms P-13). */
  readonly homeDomain: 'always' | 'listed';
  readonly publishing: boolean;
  /** What it has keys for; undefined: everything. */
  readonly products: readonly string[] | undefined;
  /** How far its clock is ahead. */
  readonly clockOffsetMinutes: number;
  readonly startMinute: number;
  readonly stopMinute: number | undefined;
  readonly activationMinutes: number;
  readonly renewalMinutes: number;
  /** Whether a restart forgets the count (kms T-10). */
  readonly losesCount: boolean;
}

export interface ClientScenario {
  readonly site: string;
  readonly count: number;
  /** `windows`, `vista`, `service` or one of `profiles`. */
  readonly profile: string;
  readonly caching: boolean;
  readonly product: string;
  readonly pinned: readonly { readonly source: 'sku' | 'application' | 'global'; readonly host: string; readonly port: number }[];
  /** In place of the site's suffix search list. */
  readonly search: readonly string[] | undefined;
  readonly arrival: Arrival;
  readonly roaming: Roaming | undefined;
  /** Logons on working days, at a minute of each client's own (kms T-06). */
  readonly logon: Hours | undefined;
  readonly clockOffsetMinutes: number;
  /** All have the machine id of the image they were cloned from (kms T-10). */
  readonly cloned: boolean;
}

/** When the clients of a group are switched on for the first time. */
export type Arrival =
  | { readonly law: 'at-once'; readonly atMinute: number }
  | { readonly law: 'spread'; readonly atMinute: number; readonly overMinutes: number }
  | { readonly law: 'office-hours'; readonly atMinute: number; readonly overDays: number; readonly hours: Hours };

/** A part of each day, in minutes of the day. */
export interface Hours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** A share of the group goes to another site for a while, again and again. */
export interface Roaming {
  readonly to: readonly string[];
  readonly share: number;
  readonly everyMinutes: number;
  readonly awayMinutes: number;
}

/** Something that happens at a time. */
export type TimelineEvent = { readonly minute: number; readonly path: string } & Happening;

export type Happening =
  | { readonly kind: 'crash' | 'restore'; readonly host: string }
  /** Of a link, or of a site from all others. */
  | { readonly kind: 'partition' | 'repair'; readonly sites: readonly [string] | readonly [string, string] }
  | {
      readonly kind: 'weight';
      readonly host: string;
      readonly domain: string;
      readonly priority: number | undefined;
      readonly weight: number;
    }
  | { readonly kind: 'publish'; readonly host: string; readonly list: readonly string[] }
  /** The host is one of `hosts`, whose `startMinute` this is. */
  | { readonly kind: 'new-host'; readonly host: string }
  | { readonly kind: 'withdraw'; readonly host: string; readonly domain: string | undefined };
