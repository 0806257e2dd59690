import type { DomainName } from '@srvkit/dns';
import type { SrvTarget } from '@srvkit/selection';
import type { CachedHost } from './cached-host.ts';
import type { PinnedHost, Source } from './request.ts';

/** A host that may be tried. */
export interface Candidate {
  readonly source: Source;
  /** The domain whose SRV records named it; null for other sources. */
  readonly domain: DomainName | null;
  /** For people and for comparison: a domain name with its final dot, a single label, or an IP literal. */
  readonly target: string;
  /** The SRV target itself; null for other sources, whose text has yet to be read. */
  readonly name: DomainName | null;
  readonly port: number;
  readonly priority: number | null;
  readonly weight: number | null;
}

/** `dnsPort`: instead of the record's own. */
export function recordCandidate(record: SrvTarget, domain: DomainName, dnsPort: number | undefined): Candidate {
  const { target: name, priority, weight } = record;
  const port = dnsPort ?? record.port;
  return { source: 'dns', domain, target: name.toString(), name, port, priority, weight };
}

export function pinnedCandidate(pinned: PinnedHost): Candidate {
  const { source, host, port } = pinned;
  return { source, domain: null, target: host, name: null, port, priority: null, weight: null };
}

export function cachedCandidate(host: CachedHost): Candidate {
  const { target, port } = host;
  return { source: 'cache', domain: null, target, name: null, port, priority: null, weight: null };
}

/** The same port of the same host, without regard to case: what is tried at most once a pass. */
export function isSameEndpoint(one: Candidate, other: Candidate): boolean {
  return one.port === other.port && folded(one) === folded(other);
}

function folded(candidate: Candidate): string {
  return candidate.name?.key ?? candidate.target.toLowerCase();
}
