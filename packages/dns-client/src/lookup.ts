import type { DomainName, Question, Rcode, RecordType, ResourceRecord, SoaRdata } from '@srvkit/dns';
import type { Conclusion, LookupFailure, TryOutcome } from './ask-servers.ts';
import type { DroppedRecord } from './dropped-record.ts';
import type { SetChange } from './set-change.ts';
import type { Warning } from './warning.ts';

/** One try at one server. `answered`: a reply that fits the question, whatever its `rcode`. `ms`: how long it took. */
export interface Try {
  readonly server: string;
  readonly transport: 'udp' | 'tcp';
  readonly outcome: TryOutcome['kind'];
  readonly rcode: Rcode | null;
  readonly ms: number;
}

interface LookupEvidence {
  readonly name: DomainName;
  readonly type: RecordType;
  /** Of the type asked for; empty unless the kind is `records`. TTLs of the single records are as the server gave them. */
  readonly records: readonly ResourceRecord[];
  /** Addresses the response gave for targets of `records`; no more than a hint (srv A8). */
  readonly additional: readonly ResourceRecord[];
  /** The aliases passed: the name asked for first, empty when it is none. */
  readonly chain: readonly DomainName[];
  /** Records of the response that are not used, with the reason. */
  readonly dropped: readonly DroppedRecord[];
  /** The reply that decided; null where there was none. */
  readonly rcode: Rcode | null;
  readonly server: string | null;
  /** The AA bit of that reply. */
  readonly authoritative: boolean;
  /** Given from the answer cache: then `ttl` is what is left. `tries` is empty, but for those that failed before a stand-in was given. */
  readonly cached: boolean;
  /** Given though its TTL is over, because the servers do not answer (RFC 8767); `ttl` is then 30. */
  readonly stale: boolean;
  /** What an SRV set that was asked for changes of the one remembered; there when there was one. */
  readonly change?: SetChange;
  readonly tries: readonly Try[];
  readonly warnings: readonly Warning[];
}

/**
 * What a lookup found, with its evidence (cli.md, `lookups`). `ttl` in seconds; null where nobody gave one. 0 means: use it now, once (srv
 * A2). `nodata` and `nxdomain` are answers, `failed` is none; `unavailable`: the service is decidedly not there (RFC 2782).
 */
export type Lookup = LookupEvidence &
  (
    | { readonly kind: 'records'; readonly ttl: number }
    | { readonly kind: 'unavailable'; readonly ttl: number }
    | { readonly kind: 'nodata' | 'nxdomain'; readonly ttl: number | null; readonly soa: ResourceRecord<SoaRdata> | null }
    | { readonly kind: 'failed'; readonly ttl: null; readonly why: LookupFailure }
  );

/** Joins what the schedule concluded with the tries it took. */
export function makeLookup(question: Question, conclusion: Conclusion, tries: readonly Try[]): Lookup {
  const { answer, ttl, chain, dropped, warnings, rcode, server, authoritative } = conclusion;
  const evidence = {
    name: question.name,
    type: question.type,
    records: answer.kind === 'records' ? answer.records : [],
    additional: answer.kind === 'records' ? answer.additional : [],
    chain,
    dropped,
    rcode,
    server,
    authoritative,
    cached: false,
    stale: false,
    tries,
    warnings,
  };
  switch (answer.kind) {
    case 'records':
    case 'unavailable':
      return { kind: answer.kind, ttl: ttl ?? 0, ...evidence };
    case 'nodata':
    case 'nxdomain':
      return { kind: answer.kind, ttl, soa: answer.soa, ...evidence };
    case 'failed':
      return { kind: 'failed', ttl: null, why: answer.why, ...evidence };
    default:
      return answer satisfies never;
  }
}
