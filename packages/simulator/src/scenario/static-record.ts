import { parseDomainName } from '@srvkit/dns';
import type { Desired, SrvRecord } from '@srvkit/publisher/plan';
import type { RecordScenario } from './scenario.ts';

/** A record that no host publishes, as it stands in its zone. Throws `ParseError` for text that is no domain name. */
export function staticRecord(record: Omit<RecordScenario, 'stale'>, service: string, ttl: number): SrvRecord {
  const { domain, target, port, priority, weight } = record;
  const rdata = { type: 'SRV' as const, priority, weight, port, target: parseDomainName(target) };
  return { name: parseDomainName(service).under(parseDomainName(domain)), type: 'SRV', class: 'IN', ttl, rdata };
}

/** A stale record as the publisher knew it when its host was there. */
export function formerlyDesired(record: Omit<RecordScenario, 'stale'>, service: string): Desired {
  const { domain, target, port, priority, weight } = record;
  return { service, target: parseDomainName(target), port, entries: [{ domain: parseDomainName(domain), priority, weight }] };
}
