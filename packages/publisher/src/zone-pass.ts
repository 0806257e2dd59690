import type { DnsClient } from '@srvkit/dns-client';
import { isPassing, outcomeOf } from './failure.ts';
import type { OwnerJournal } from './owner-journal.ts';
import type { DesiredRecord } from './plan/desired.ts';
import { planZone } from './plan/zone-plan.ts';
import type { ZonePlan } from './plan/zone-plan.ts';
import { findOtherServers, findPrimary } from './primary.ts';
import type { Primary } from './primary.ts';
import { SignerError } from './signers.ts';
import type { Signers } from './signers.ts';
import type { Trail } from './trail.ts';
import { seeThroughWildcard } from './wildcard.ts';
import { readZone } from './zone-reading.ts';
import type { ZoneReading } from './zone-reading.ts';
import { failedBefore, resultAt } from './zone-result.ts';
import type { ZoneResult } from './zone-result.ts';

/** Everything a pass over one zone needs. */
export interface ZoneTask {
  readonly desired: DesiredRecord;
  readonly client: Pick<DnsClient, 'lookup' | 'exchange'>;
  readonly signers: Signers;
  readonly server: string | undefined;
  readonly primaryPort: number;
  readonly signal: AbortSignal | undefined;
  readonly trail: Trail;
  /** Undefined: nothing is remembered. */
  readonly journal: OwnerJournal | undefined;
  /** A record that is right already is sent again. */
  readonly refresh: boolean;
}

/** What the pass does with a server, once it is found and read. */
export type ZoneAction = (task: ZoneTask, at: ZoneAt) => Promise<ZoneResult>;

/** A primary that has answered, and what it holds. */
export interface ZoneAt {
  readonly primary: Primary;
  readonly server: string;
  readonly reading: ZoneReading;
  readonly plan: ZonePlan;
}

/**
 * Finds the zone, then reads, plans and acts at the first of its servers that is there: the primary, then the other name servers of the
 * zone (RFC 2136 sections 4.3 to 4.6). That one of those refuses means little, as secondaries do: then the result of the primary stands.
 */
export async function passZone(task: ZoneTask, act: ZoneAction): Promise<ZoneResult> {
  const { desired, trail } = task;
  const primary = await findPrimary(desired.record.name, task, trail);
  if ('failure' in primary) return failedBefore(primary.failure);
  const noAddress = `${primary.mname.toString()}, the primary of ${primary.zone.toString()}, has no address`;
  let result = failedBefore({ kind: 'no-zone', why: noAddress });
  for (const server of primary.servers) {
    result = await passServer(task, primary, server, act);
    if (result.failure === undefined || !isPassing(result.failure)) return result;
  }
  return (task.server === undefined ? await passOthers(task, primary, act) : undefined) ?? result;
}

async function passOthers(task: ZoneTask, primary: Primary, act: ZoneAction): Promise<ZoneResult | undefined> {
  for (const server of await findOtherServers(primary, task)) {
    const result = await passServer(task, primary, server, act);
    if (result.failure !== undefined && outcomeOf(result.failure) !== 'not-applied') continue;
    task.trail.otherServer(server, primary.mname);
    const handedOn = result.failure?.kind === 'not-shown' && result.failure.rcode === 'NOERROR';
    return handedOn ? { ...result, failure: { kind: 'not-shown-yet', server } } : result;
  }
  return undefined;
}

async function passServer(task: ZoneTask, primary: Primary, server: string, act: ZoneAction): Promise<ZoneResult> {
  const { zone } = primary;
  const read = await readZone(task.desired.record.name, { ...task, zone, server }, task.trail);
  if ('failure' in read) return { ...failedBefore(read.failure), zone, server };
  let at: ZoneAt = { primary, server, reading: read, plan: planZone(read.current, task.desired) };
  try {
    const reading = await seeThroughWildcard(task, at);
    if ('failure' in reading) return { ...resultAt(at), failure: reading.failure };
    at = { ...at, reading, plan: planZone(reading.current, task.desired) };
    task.trail.wildcard(at.plan, reading.wildcard);
    return await act(task, at);
  } catch (error) {
    if (!(error instanceof SignerError)) throw error;
    return { ...resultAt(at), failure: { kind: 'signer', server, why: error.message } };
  }
}
