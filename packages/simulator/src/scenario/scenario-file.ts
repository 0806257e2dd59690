import type { Policy } from '@srvkit/discovery';

/**
 * A scenario file after its shape was checked and its units were read: minutes for the life of the estate, milliseconds for the network,
 * shares from 0 to 1. What each setting means is written at `Scenario`, which is made of it.
 */
export interface ScenarioFile {
  readonly name: string;
  readonly service?: string | undefined;
  readonly seed?: number | undefined;
  readonly duration: number;
  readonly policies?: Optional<Policy & { belowThreshold: 'stop' | 'continue'; attemptTimeout: number; requestBytes: number }> | undefined;
  readonly profiles?: Named<Optional<Policy & { kind: 'activation' | 'service'; every: number; retry: number }>> | undefined;
  readonly sites: Named<{ readonly search: readonly string[]; readonly dns?: string | undefined }>;
  readonly wan?: QualityInFile | undefined;
  readonly links?: readonly LinkInFile[] | undefined;
  readonly dns?: Optional<DnsInFile> | undefined;
  readonly hosts: Named<HostInFile>;
  readonly clients: Named<ClientsInFile>;
  readonly timeline?: readonly EventInFile[] | undefined;
}

type Named<T> = Readonly<Record<string, T>>;
type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface QualityInFile {
  readonly latency?: number | undefined;
  readonly jitter?: number | undefined;
  readonly loss?: number | undefined;
}

export interface LinkInFile extends QualityInFile {
  readonly between: readonly [string, string];
  readonly firewall: readonly {
    readonly port?: number | undefined;
    readonly from?: string | undefined;
    readonly action: 'drop' | 'reject';
  }[];
}

export type PublishLineInFile = string | { readonly domain: string; readonly priority: number; readonly weight: number };

interface RecordInFile {
  readonly domain: string;
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export interface DnsInFile {
  readonly ttl: number;
  readonly ttls: Named<number>;
  readonly replicationDelay: number;
  readonly primary: string;
  readonly zones: readonly string[];
  readonly static: readonly RecordInFile[];
  readonly stale: readonly RecordInFile[];
  readonly scavenging: Optional<{ noRefresh: number; refresh: number; every: number }>;
}

export interface HostInFile {
  readonly site: string;
  readonly name?: string | undefined;
  readonly home?: string | undefined;
  readonly port?: number | undefined;
  readonly publish?: readonly PublishLineInFile[] | undefined;
  readonly homeDomain: 'always' | 'listed';
  readonly publishing: boolean;
  readonly products?: readonly string[] | undefined;
  readonly clockOffset?: number | undefined;
  readonly start?: number | undefined;
  readonly stop?: number | undefined;
  readonly activationInterval?: number | undefined;
  readonly renewalInterval?: number | undefined;
  readonly losesCount: boolean;
}

export interface HoursInFile {
  readonly from: number;
  readonly to: number;
}

export type ArrivalInFile =
  | 'at-once'
  | { readonly at: number }
  | { readonly spread: number; readonly at?: number | undefined }
  | { readonly officeHours: HoursInFile; readonly over?: number | undefined; readonly at?: number | undefined };

export type PinnedInFile = string | { readonly host: string; readonly port: number };

export interface ClientsInFile {
  readonly site: string;
  readonly count: number;
  readonly profile: string;
  readonly caching: boolean;
  readonly product: string;
  readonly pinned?: Optional<{ sku: PinnedInFile; application: PinnedInFile; global: PinnedInFile }> | undefined;
  readonly search?: readonly string[] | undefined;
  readonly arrival: ArrivalInFile;
  readonly roaming?:
    | { readonly to: readonly string[]; readonly share?: number | undefined; readonly every: number; readonly away: number }
    | undefined;
  readonly logon?: HoursInFile | undefined;
  readonly clockOffset?: number | undefined;
  readonly cloned: boolean;
}

type PlaceInFile = string | readonly [string, string];

export type EventInFile = { readonly at: number } & (
  | { readonly crash: string }
  | { readonly restore: string }
  | { readonly partition: PlaceInFile }
  | { readonly repair: PlaceInFile }
  | {
      readonly weight: {
        readonly host: string;
        readonly domain: string;
        readonly priority?: number | undefined;
        readonly weight: number;
      };
    }
  | { readonly publish: { readonly host: string; readonly list: readonly PublishLineInFile[] } }
  | { readonly newHost: string }
  | { readonly withdraw: { readonly host: string; readonly domain?: string | undefined } }
);
