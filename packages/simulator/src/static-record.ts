import { parseDomainName } from '@srvkit/dns';
import type { Desired } from '@srvkit/publisher/plan';
import type { RecordScenario } from './scenario/scenario.ts';

/** A record that no host publishes, as the publisher plans it. */
export function staticRecord(record: Omit<RecordScenario, 'stale'>, service: string): Desired {
  const { domain, target, port, priority, weight } = record;
  return { service, target: parseDomainName(target), port, entries: [{ domain: parseDomainName(domain), priority, weight }] };
}
