import type { Rcode } from '@srvkit/dns';
import type { Finding } from './plan/finding.ts';
import type { SrvRecord } from './plan/desired.ts';
import type { PublishEvent } from './publish-event.ts';

/** What publishing or withdrawing came to: the JSON document of `publish --json`, names as text, nothing secret in it. */
export interface PublishReport {
  readonly v: 1;
  /** As it was given. */
  readonly service: string;
  /** The worst of the zones. */
  readonly outcome: ZoneOutcome;
  /** One entry a domain, in the order of the list. */
  readonly zones: readonly ZoneReport[];
  /** Only for `_vlmcs._tcp` (kms V-07). */
  readonly events: readonly PublishEvent[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** What happened to one domain. A failure of one never hides the success of another. */
export interface ZoneReport {
  readonly domain: string;
  /** null: not found. */
  readonly zone: string | null;
  /** The server that was updated, `HOST:PORT`; null: not found. */
  readonly primary: string | null;
  readonly owner: string;
  readonly outcome: ZoneOutcome;
  readonly add: readonly RecordReport[];
  readonly delete: readonly RecordReport[];
  /** Records of this owner that are not ours or were right already. */
  readonly keep: readonly RecordReport[];
  /** The SOA serial before and after; null where it was not read. */
  readonly serial: { readonly before: number | null; readonly after: number | null };
  /** The primary was asked (again) and holds what was wanted. */
  readonly verified: boolean;
  readonly findings: readonly Finding[];
  /** Every UPDATE that was sent and every exchange that failed, in order. */
  readonly attempts: readonly UpdateAttempt[];
  /** What to do about it: there for every outcome that is not good. */
  readonly hint?: string;
  /** With `plan` only: the change as input of `nsupdate`. */
  readonly script?: string;
  /** With `plan` only: whether the server would do it (publish 4.0). */
  readonly rights?: Rights;
}

/**
 * From best to worst. `not-applied`: the server said yes, the zone says no. `interrupted`: it was ended from outside before anything was
 * changed. `in-doubt`: it was ended after an UPDATE had gone out, and the zone was not seen to hold it.
 */
export const ZONE_OUTCOMES = [
  'unchanged',
  'published',
  'withdrawn',
  'planned',
  'disabled',
  'not-applied',
  'refused',
  'unreachable',
  'interrupted',
  'in-doubt',
] as const;
/** How it ended in one zone. */
export type ZoneOutcome = (typeof ZONE_OUTCOMES)[number];

/** Whether everything is as it was wanted, with nothing left to do: everything before `not-applied`. */
export function isGoodOutcome(outcome: ZoneOutcome): boolean {
  return ZONE_OUTCOMES.indexOf(outcome) < ZONE_OUTCOMES.indexOf('not-applied');
}

/** Whether the server would allow the change, as far as can be told without making it. */
export type Rights = 'allowed' | 'denied' | 'inconclusive';

/** An SRV record in a report; the TTL in seconds. */
export interface RecordReport {
  readonly ttl: number;
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** One exchange with a server. `rcode` is null when there was no reply at all. */
export interface UpdateAttempt {
  readonly server: string;
  readonly transport: 'tcp' | 'udp';
  readonly rcode: Rcode | null;
  readonly tsig: TsigOutcome;
  /** How far the server's clock is ahead of ours: there only for a verified BADTIME. */
  readonly clockOffsetMs?: number;
}

/**
 * What the signature of the reply was worth. `none`: the request was not signed. `unsigned`: signed request, reply without a MAC.
 * `samba-mac`: verifies only in the manner of older Samba servers. `echoed`: our own request came back (Windows, when it refuses).
 */
export type TsigOutcome = 'verified' | 'none' | 'unsigned' | 'bad-mac' | 'samba-mac' | 'echoed';

/** The worst outcome; `unchanged` when there is no zone at all. */
export function worstOutcome(zones: readonly Pick<ZoneReport, 'outcome'>[]): ZoneOutcome {
  const rank = Math.max(0, ...zones.map(({ outcome }) => ZONE_OUTCOMES.indexOf(outcome)));
  return ZONE_OUTCOMES[rank] ?? 'unchanged';
}

export function reportRecord({ ttl, rdata }: SrvRecord): RecordReport {
  const { priority, weight, port, target } = rdata;
  return { ttl, priority, weight, port, target: target.toString() };
}
