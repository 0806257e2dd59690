import { parseServerAddress } from '@srvkit/dns-client';
import pRetry from 'p-retry';
import { applyPlan, cutShort } from './apply-plan.ts';
import { isPassing } from './failure.ts';
import type { OwnerJournal } from './owner-journal.ts';
import type { DesiredRecord } from './plan/desired.ts';
import { nsupdateScript } from './plan/nsupdate-script.ts';
import { publishEvent } from './publish-event.ts';
import type { PublishEvent } from './publish-event.ts';
import type { PublishReport, ZoneReport } from './report.ts';
import { probeRights } from './rights.ts';
import type { Sent } from './send-update.ts';
import { Trail } from './trail.ts';
import { passZone } from './zone-pass.ts';
import type { ZoneAction, ZoneAt, ZoneTask } from './zone-pass.ts';
import { reportZone } from './zone-report.ts';
import type { PlanExtras } from './zone-report.ts';
import { aliasFailure, resultAt } from './zone-result.ts';
import type { ZoneResult } from './zone-result.ts';

export interface ZoneOptions {
  readonly service: string;
  /** Only say what would be done. */
  readonly plan: boolean;
  /** Passes after the first one. */
  readonly retries: number;
  /** Waits before the next pass. `attempt` counts the passes done, from 1. */
  readonly pause: (attempt: number) => Promise<void>;
}

/** One zone done, with what goes elsewhere in the report. */
export interface ZoneDone {
  readonly report: ZoneReport;
  readonly events: readonly PublishEvent[];
  readonly warnings: PublishReport['warnings'];
  /** What ended it before its end: the signal's reason, or why the journal cannot be kept. The report then says what is known. */
  readonly endedBy?: { readonly error: unknown };
}

/**
 * Publishes one domain, or plans it. A pass that fails for want of an answer, by SERVFAIL or by NOTIMP is repeated as a whole: found, read, planned
 * and signed anew, because an UPDATE whose reply got lost may have happened (RFC 2136 sections 4.6 and 7.8). Nothing else is repeated.
 */
export async function publishZone(task: Omit<ZoneTask, 'trail'>, options: ZoneOptions): Promise<ZoneDone> {
  const trail = new Trail();
  const planned: { extras?: PlanExtras } = {};
  const sent: Sent = { at: undefined, open: undefined };
  const act = options.plan ? planOnly(planned) : applyPlan(sent);
  let known: ZoneResult | undefined;
  let endedBy: ZoneDone['endedBy'];
  try {
    known = await repeat(() => passZone({ ...task, trail }, act), task.signal, options);
    if (!options.plan) await settleJournal(task.journal, known, sent.at !== undefined);
  } catch (error) {
    endedBy = { error };
  }
  const result = known ?? cutShort(sent, { remembered: task.journal !== undefined });
  const { desired, signers } = task;
  const report = reportZone(desired, result, { trail, key: signers.keyFor(result.server), extras: planned.extras });
  const event = options.plan || !desired.present ? undefined : publishEvent(options.service, report.domain, report.outcome, result.failure);
  const events = event === undefined ? [] : [event];
  return { report, events, warnings: trail.warnings, ...(endedBy === undefined ? {} : { endedBy }) };
}

/** One zone that was not begun, because what ended the one before ends them all. */
export function leaveZone(desired: DesiredRecord): ZoneDone {
  const report = reportZone(desired, cutShort(undefined, { remembered: false }), { trail: new Trail(), key: undefined });
  return { report, events: [], warnings: [] };
}

/** What has become of the intention. Of what may have happened, it stays: the next publish will find out. */
async function settleJournal(journal: OwnerJournal | undefined, result: ZoneResult, mayHaveHappened: boolean): Promise<void> {
  const { failure, verified, plan, zone } = result;
  if (failure === undefined && verified && plan !== undefined && zone !== undefined) await journal?.conclude(plan, zone);
  else if (!mayHaveHappened) await journal?.revoke();
}

/** The plan as a script, and whether the server would allow it. Changes nothing. */
function planOnly(planned: { extras?: PlanExtras }): ZoneAction {
  return async (task, at) => {
    const failure = aliasFailure(at.plan, at.reading);
    if (failure !== undefined) return { ...resultAt(at), failure };
    const { rights, failure: denied } = await probeRights(task, at);
    planned.extras = { script: scriptOf(at), rights, denied };
    return { ...resultAt(at), verified: at.plan.outcome === 'unchanged' };
  };
}

function scriptOf({ plan, primary, server }: ZoneAt): string {
  return nsupdateScript(plan, { zone: primary.zone, server: parseServerAddress(server) });
}

/** A pass that may be repeated: only to get through p-retry. */
class PassingFailure extends Error {
  readonly result: ZoneResult;

  constructor(result: ZoneResult) {
    super('the pass may be repeated');
    this.result = result;
  }
}

async function repeat(pass: () => Promise<ZoneResult>, signal: AbortSignal | undefined, options: ZoneOptions): Promise<ZoneResult> {
  try {
    return await pRetry(
      async () => {
        const result = await pass();
        if (result.failure !== undefined && isPassing(result.failure)) throw new PassingFailure(result);
        return result;
      },
      {
        retries: options.retries,
        minTimeout: 0, // the waiting is done in `pause`
        shouldRetry: ({ error }) => error instanceof PassingFailure,
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          if (error instanceof PassingFailure && retriesLeft > 0) await options.pause(attemptNumber);
        },
        ...(signal === undefined ? {} : { signal }),
      },
    );
  } catch (error) {
    if (error instanceof PassingFailure) return error.result;
    throw error;
  }
}
