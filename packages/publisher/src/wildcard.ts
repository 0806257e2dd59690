import { makeUpdate, parseDomainName } from '@srvkit/dns';
import type { ExchangeOutcome } from '@srvkit/dns-client';
import type { Failure } from './failure.ts';
import type { SrvRecord } from './plan/desired.ts';
import { sendUpdate } from './send-update.ts';
import type { ZoneAt, ZoneTask } from './zone-pass.ts';
import { readSet } from './zone-reading.ts';
import type { ZoneReading } from './zone-reading.ts';

/**
 * What is read at a name may be a wildcard's, which covers only names that are not there (RFC 4592 section 3.3.1): its alias keeps nothing
 * out, and its records are neither ours nor neighbours that stay. A query cannot tell; the prerequisite that the name is not in use can (RFC
 * 2136 section 2.4.5), in an UPDATE that changes nothing. Gives what the name itself holds.
 */
export async function seeThroughWildcard(task: ZoneTask, at: ZoneAt): Promise<ZoneReading | { readonly failure: Failure }> {
  const { reading, server } = at;
  if (!(await mayBeCovered(task, at))) return reading;
  const use = await askInUse(task, at);
  if (use.kind === 'failed') return { failure: { kind: 'no-answer', server, why: use.why } };
  if (use.kind !== 'answered' || use.rcode !== 'NOERROR') return reading;
  return { ...reading, current: { records: [], alias: undefined }, wildcard: reading.current.records };
}

/** Records that are not a wildcard's need no UPDATE to tell: a wildcard can be asked for by its name (RFC 1034 section 4.3.3). */
async function mayBeCovered(task: ZoneTask, { primary, server, reading }: ZoneAt): Promise<boolean> {
  const { present, record } = task.desired;
  const { records, alias } = reading.current;
  if (alias !== undefined) return present && reading.dname === undefined;
  const parent = record.name.parent();
  if (records.length === 0 || parent === undefined) return false;
  const wildcard = await readSet(WILDCARD.under(parent), { ...task, zone: primary.zone, server }, task.trail);
  return !('failure' in wildcard) && isSameSet(wildcard.records, records);
}

const WILDCARD = parseDomainName('*');

function isSameSet(some: readonly SrvRecord[], others: readonly SrvRecord[]): boolean {
  return setText(some) === setText(others);
}

function setText(records: readonly SrvRecord[]): string {
  return records
    .map(({ rdata: { priority, weight, port, target } }) => `${priority} ${weight} ${port} ${target.key}`)
    .toSorted()
    .join('\n');
}

function askInUse(task: ZoneTask, at: ZoneAt): Promise<ExchangeOutcome> {
  const notInUse = { kind: 'nameNotInUse', name: task.desired.record.name } as const;
  return sendUpdate(task, at, makeUpdate({ id: 0, zone: at.primary.zone, prerequisites: [notInUse], operations: [] }));
}
