import { makeUpdate } from '@srvkit/dns';
import type { DomainName, Message, Rcode } from '@srvkit/dns';
import type { DnsClient, ExchangeOutcome } from '@srvkit/dns-client';
import { isPassing, outcomeOf } from './failure.ts';
import type { Failure } from './failure.ts';
import type { OwnerJournal } from './owner-journal.ts';
import type { DesiredRecord } from './plan/desired.ts';
import { updateMessages } from './plan/update-messages.ts';
import { planZone } from './plan/zone-plan.ts';
import type { ZonePlan } from './plan/zone-plan.ts';
import { findOtherServers, findPrimary } from './primary.ts';
import type { Primary } from './primary.ts';
import { SignerError } from './signers.ts';
import type { Signers } from './signers.ts';
import type { Trail } from './trail.ts';
import { judgeUpdate } from './update-verdict.ts';
import { readZone } from './zone-reading.ts';
import type { ZoneReading } from './zone-reading.ts';

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

/** What one pass came to. `failure` undefined: the zone holds what was wanted, or with `changed: false` did so before. */
export interface ZoneResult {
  readonly zone: DomainName | undefined;
  readonly server: string | undefined;
  readonly plan: ZonePlan | undefined;
  /** The change was made by us, in this pass or in one whose reply got lost. */
  readonly changed: boolean;
  readonly verified: boolean;
  readonly serial: { readonly before: number | null; readonly after: number | null };
  readonly failure: Failure | undefined;
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
 * zone (RFC 2136 sections 4.3 to 4.6). That one of those says no means little: secondaries do. Then the word of the primary stands.
 */
export async function passZone(task: ZoneTask, act: ZoneAction): Promise<ZoneResult> {
  const { desired, trail } = task;
  const primary = await findPrimary(desired.record.name, task, trail);
  if ('failure' in primary) return failed(primary.failure);
  const noAddress = `${primary.mname.toString()}, the primary of ${primary.zone.toString()}, has no address`;
  let result = failed({ kind: 'no-zone', why: noAddress });
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
  const reading = await readZone(task.desired.record.name, { ...task, zone, server }, task.trail);
  if ('failure' in reading) return { ...failed(reading.failure), zone, server };
  let at: ZoneAt = { primary, server, reading, plan: planZone(reading.current, task.desired) };
  try {
    if (aliasFailure(at.plan, reading) !== undefined && reading.dname === undefined) {
      const use = await askInUse(task, at);
      if (use.kind === 'failed') return { ...resultAt(at), failure: { kind: 'no-answer', server, why: use.why } };
      if (use.kind === 'answered' && use.rcode === 'NOERROR') at = withNothing(at);
    }
    return await act(task, at);
  } catch (error) {
    if (!(error instanceof SignerError)) throw error;
    return { ...resultAt(at), failure: { kind: 'signer', server, why: error.message } };
  }
}

/**
 * An alias that is read may be a wildcard's, which covers only names that are not there (RFC 4592 section 3.3.1) and keeps nothing out. A
 * query cannot tell; the prerequisite that the name is not in use can (RFC 2136 section 2.4.5), in an UPDATE that changes nothing.
 */
function askInUse(task: ZoneTask, at: ZoneAt): Promise<ExchangeOutcome> {
  const notInUse = { kind: 'nameNotInUse', name: task.desired.record.name } as const;
  return sendUpdate(task, at, makeUpdate({ id: 0, zone: at.primary.zone, prerequisites: [notInUse], operations: [] }));
}

function withNothing(at: ZoneAt): ZoneAt {
  const current = { records: [], alias: undefined };
  return { ...at, reading: { ...at.reading, current }, plan: planZone(current, at.plan.desired) };
}

/** What has gone out so far. */
export interface Sent {
  /** Where an UPDATE of this or an earlier pass went that was not refused, and whose reply may have got lost. */
  at: ZoneAt | undefined;
  /** The last one, as long as nobody knows what became of it; `rcode` is what the server said, if that was heard. */
  open: { readonly at: ZoneAt; readonly rcode: Rcode | null } | undefined;
}

/**
 * The intention into the journal, one UPDATE, then the zone is read again: what it shows is what happened. When nothing is left to do, an
 * UPDATE of an earlier pass did it (RFC 2136 section 7.8).
 */
export function applyPlan(sent: Sent): ZoneAction {
  return async (task, at) => {
    const { plan, reading, primary, server } = at;
    const alias = aliasFailure(plan, reading);
    if (alias !== undefined) return { ...resultAt(at), failure: alias };
    // What an earlier pass sent was done as a whole when nothing shows any more that has to be changed.
    const isDone = plan.outcome === 'unchanged' && sent.at?.plan.outcome === 'planned';
    const [message] = isDone ? [] : updateMessages(plan, { zone: primary.zone, id: 0 });
    if (message === undefined) {
      const before = (sent.at ?? at).reading.serial;
      const result = {
        ...resultAt(sent.at ?? at),
        serial: { before, after: reading.serial },
        changed: sent.at !== undefined,
        verified: true,
      };
      return task.refresh && sent.at === undefined ? refreshRecord(task, at, { sent, unchanged: result }) : result;
    }
    await task.journal?.intend(plan, primary.zone);
    const verdict = judgeUpdate(await sendUpdate(task, at, message, { sent }));
    sent.open = verdict.kind === 'refused' ? undefined : { at, rcode: verdict.kind === 'lost' ? null : verdict.rcode };
    if (verdict.kind === 'refused') return { ...resultAt(at), failure: verdict.failure };
    sent.at = at;
    const after = await readZone(task.desired.record.name, { ...task, zone: primary.zone, server }, task.trail);
    return concludeUpdate(at, verdict, after);
  };
}

/** Adds our record again, exactly as it is there: nothing for the zone, but a new time stamp where records age (kms P-29). */
async function refreshRecord(
  task: ZoneTask,
  at: ZoneAt,
  { sent, unchanged }: { readonly sent: Sent; readonly unchanged: ZoneResult },
): Promise<ZoneResult> {
  const { ours } = at.plan;
  if (ours === undefined) return unchanged;
  const again = { ...at, plan: { ...at.plan, add: [ours] } };
  const [message] = updateMessages(again.plan, { zone: at.primary.zone, id: 0 });
  if (message === undefined) return unchanged;
  const verdict = judgeUpdate(await sendUpdate(task, again, message, { sent }));
  sent.open = undefined;
  return 'failure' in verdict ? { ...unchanged, failure: verdict.failure } : unchanged;
}

/** Sends an UPDATE to the server, signed unless told otherwise, and notes in `sent` that it is on its way. Rejects with `SignerError`, or with the reason of the signal. */
export async function sendUpdate(
  task: ZoneTask,
  at: ZoneAt,
  message: Message,
  options: { readonly unsigned?: true; readonly sent?: Sent } = {},
): Promise<ExchangeOutcome> {
  const { primary, server } = at;
  const signer = options.unsigned === true ? undefined : await task.signers.signerFor(primary, server);
  if (options.sent !== undefined) options.sent.open = { at, rcode: null };
  try {
    const outcome = await task.client.exchange(message, {
      server,
      transport: 'tcp',
      ...(signer === undefined ? {} : { signer }),
      ...(task.signal === undefined ? {} : { signal: task.signal }),
    });
    task.trail.exchange(outcome);
    return outcome;
  } catch (error) {
    if (task.signal?.aborted === true) task.trail.abandoned(server);
    throw error;
  }
}

/** What there is to say about a server before anything was sent to it. */
export function resultAt({ primary, server, reading, plan }: ZoneAt): ZoneResult {
  const serial = { before: reading.serial, after: null };
  return { zone: primary.zone, server, plan, changed: false, verified: false, serial, failure: undefined };
}

/** The alias that keeps a wanted record out, if any. */
export function aliasFailure(plan: ZonePlan, { current, dname }: ZoneReading): Failure | undefined {
  if (plan.outcome !== 'not-applied' || current.alias === undefined) return undefined;
  return { kind: 'alias', target: current.alias, ...(dname === undefined ? {} : { dname }) };
}

function concludeUpdate(
  at: ZoneAt,
  verdict: Exclude<ReturnType<typeof judgeUpdate>, { kind: 'refused' }>,
  after: ZoneReading | { readonly failure: Failure },
): ZoneResult {
  const result = resultAt(at);
  const changed = at.plan.outcome === 'planned';
  if ('failure' in after) {
    if (verdict.kind === 'accepted') return { ...result, changed };
    return { ...result, failure: verdict.kind === 'lost' ? verdict.failure : after.failure };
  }
  const serial = { before: at.reading.serial, after: after.serial };
  const seen = planZone(after.current, at.plan.desired);
  // A zone that showed nothing of what was recalled before tells nothing about that by showing nothing now.
  const isTold = changed || verdict.kind !== 'lost';
  if (seen.outcome === 'unchanged' && isTold) return { ...result, serial, changed, verified: true };
  const alias = aliasFailure(seen, after);
  if (alias !== undefined) return { ...result, serial, plan: { ...at.plan, findings: seen.findings }, failure: alias };
  return {
    ...result,
    serial,
    failure: verdict.kind === 'lost' ? verdict.failure : { kind: 'not-shown', server: at.server, rcode: verdict.rcode },
  };
}

/** What is known of a zone whose publish was ended from outside. `sent` undefined: it was not begun. */
export function cutShort(sent: Sent | undefined, options: { readonly remembered: boolean }): ZoneResult {
  const open = sent?.open ?? (sent?.at === undefined ? undefined : { at: sent.at, rcode: null });
  if (open === undefined) return failed({ kind: 'interrupted' });
  const { at, rcode } = open;
  return { ...resultAt(at), failure: { kind: 'in-doubt', server: at.server, rcode, remembered: options.remembered } };
}

function failed(failure: Failure): ZoneResult {
  const serial = { before: null, after: null };
  return { zone: undefined, server: undefined, plan: undefined, changed: false, verified: false, serial, failure };
}
