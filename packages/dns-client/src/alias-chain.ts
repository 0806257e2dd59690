import type { DomainName, Question, ResourceRecord } from '@srvkit/dns';

/** Aliases followed for one question, in one response or over several (srv A1). */
export const MAX_ALIASES = 16;

/** Where the CNAMEs of one response lead. */
export interface AliasChain {
  readonly kind: 'end' | 'loop';
  /** The names that are aliases, the one asked for first. */
  readonly passed: readonly DomainName[];
  /** The name that is no alias in this response. */
  readonly end: DomainName;
  /** The least TTL of the links, Infinity without any. */
  readonly ttl: number;
}

/** Follows the CNAMEs of an answer section from the name asked for. `loop`: back to a name passed before, or more than 16 links. */
export function followAliases(question: Question, records: readonly ResourceRecord[]): AliasChain {
  const passed: DomainName[] = [];
  let end = question.name;
  let ttl = Number.POSITIVE_INFINITY;
  if (question.type === 'CNAME' || question.type === 'ANY') return { kind: 'end', passed, end, ttl };
  for (;;) {
    const link = records.find((record) => record.type === 'CNAME' && record.class === question.class && record.name.equals(end));
    if (link?.rdata.type !== 'CNAME') return { kind: 'end', passed, end, ttl };
    passed.push(end);
    end = link.rdata.target;
    ttl = Math.min(ttl, link.ttl);
    if (passed.length > MAX_ALIASES || passed.some((name) => name.equals(end))) return { kind: 'loop', passed, end, ttl };
  }
}
