import type { Failure } from './failure.ts';
import { planZone } from './plan/zone-plan.ts';
import type { ZonePlan } from './plan/zone-plan.ts';
import { updateMessages } from './plan/update-messages.ts';
import { sendUpdate } from './send-update.ts';
import type { Sent } from './send-update.ts';
import { judgeUpdate } from './update-verdict.ts';
import { seeThroughWildcard } from './wildcard.ts';
import type { ZoneAction, ZoneAt, ZoneTask } from './zone-pass.ts';
import { readZone } from './zone-reading.ts';
import type { ZoneReading } from './zone-reading.ts';
import { aliasFailure, failedBefore, resultAt } from './zone-result.ts';
import type { ZoneResult } from './zone-result.ts';

/**
 * The intention into the journal, one UPDATE, then the zone is read again: what it shows is what happened. When nothing is left to do, an
 * UPDATE of an earlier pass did it (RFC 2136 section 7.8).
 */
export function applyPlan(sent: Sent): ZoneAction {
  return async (task, at) => {
    const { plan, reading, primary } = at;
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
      return (task.refresh || isInDoubt(plan)) && sent.at === undefined ? refreshRecord(task, at, { sent, unchanged: result }) : result;
    }
    await task.journal?.intend(plan, primary.zone);
    const verdict = judgeUpdate(await sendUpdate(task, at, message, { sent }));
    sent.open = verdict.kind === 'refused' ? undefined : { at, rcode: verdict.kind === 'lost' ? null : verdict.rcode };
    if (verdict.kind === 'refused') return { ...resultAt(at), failure: verdict.failure };
    sent.at = at;
    return concludeUpdate(at, verdict, await readBack(task, at));
  };
}

/** What a withdrawal leaves may be a wildcard's, which covers the name from then on; a record that is there keeps it off. */
async function readBack(task: ZoneTask, at: ZoneAt): ReturnType<typeof readZone> {
  const { desired, trail } = task;
  const read = await readZone(desired.record.name, { ...task, zone: at.primary.zone, server: at.server }, trail);
  if ('failure' in read || desired.present) return read;
  const reading = await seeThroughWildcard(task, { ...at, reading: read });
  if (!('failure' in reading)) trail.wildcard(at.plan, reading.wildcard);
  return reading;
}

/** It shows, and an UPDATE that got no answer may still take it away. */
function isInDoubt({ ours, desired }: ZonePlan): boolean {
  return desired.inDoubt.some(({ port, target }) => ours?.rdata.port === port && ours.rdata.target.equals(target));
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
  if (open === undefined) return failedBefore({ kind: 'interrupted' });
  const { at, rcode } = open;
  return { ...resultAt(at), failure: { kind: 'in-doubt', server: at.server, rcode, remembered: options.remembered } };
}
