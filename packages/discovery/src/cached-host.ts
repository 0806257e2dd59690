/** A remembered host, as `cache list` prints it. Instants in epoch ms. */
export interface CachedHost {
  readonly service: string;
  readonly scope: string;
  /** With its final dot. */
  readonly target: string;
  readonly port: number;
  /** The address that worked last; a hint for people, never used instead of a lookup. */
  readonly address: string | null;
  /** When DNS last led to this host: its age counts from here. */
  readonly since: number;
  readonly lastReached: number;
  /** Found in second place: DNS is asked again before it is used. */
  readonly provisional: boolean;
}

/** What discovery asks to be remembered. It knows no time: whoever answers stamps it. */
export interface HostToRemember extends Omit<CachedHost, 'since' | 'lastReached'> {
  /** Null: from now on. */
  readonly since: number | null;
}

/** Puts the time on a host that is to be remembered, in whole milliseconds. `now` in epoch ms. */
export function stampHost(host: HostToRemember, now: number): CachedHost {
  const at = Math.floor(now);
  return { ...host, since: host.since ?? at, lastReached: at };
}

/** Whether a remembered host is older than allowed. One from the future is: its age cannot be known (srv C8). */
export function isExpired(host: CachedHost, now: number, maxAgeMs: number): boolean {
  return host.since > now || now - host.since > maxAgeMs;
}
