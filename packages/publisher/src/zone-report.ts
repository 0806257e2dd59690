import type { MessageSigner } from '@srvkit/dns';
import { outcomeOf } from './failure.ts';
import type { Failure } from './failure.ts';
import { hint } from './hint.ts';
import type { DesiredRecord } from './plan/desired.ts';
import { reportRecord } from './report.ts';
import type { ZoneOutcome, ZoneReport } from './report.ts';
import type { Trail } from './trail.ts';
import type { ZoneResult } from './zone-result.ts';

/** What only a plan has. */
export interface PlanExtras {
  readonly script: string;
  readonly rights: NonNullable<ZoneReport['rights']>;
  /** Why the rights are denied. */
  readonly denied: Failure | undefined;
}

/** One zone of the report. `extras` undefined: the plan was carried out, or there was none. */
export function reportZone(
  desired: DesiredRecord,
  result: ZoneResult,
  about: {
    readonly trail: Trail;
    readonly key: Pick<MessageSigner, 'keyName' | 'algorithm'> | undefined;
    readonly extras?: PlanExtras | undefined;
  },
): ZoneReport {
  const { plan, zone, server, failure } = result;
  const { extras, key } = about;
  const trouble = failure ?? extras?.denied;
  const subject = { owner: desired.record.name, zone, key };
  return {
    ...emptyReport(desired),
    zone: zone?.toString() ?? null,
    primary: server ?? null,
    outcome: zoneOutcome(desired, result, extras),
    add: plan?.add.map(reportRecord) ?? [],
    delete: plan?.delete.map(reportRecord) ?? [],
    keep: plan?.keep.map(reportRecord) ?? [],
    serial: result.serial,
    verified: result.verified,
    findings: plan?.findings ?? desired.findings,
    attempts: about.trail.attempts,
    ...(trouble === undefined ? {} : { hint: hint(trouble, subject) }),
    ...(extras === undefined ? {} : { script: extras.script, rights: extras.rights }),
  };
}

/** Publishing is switched off (kms P-04): nothing was asked, nothing was done. */
export function reportDisabled(desired: DesiredRecord): ZoneReport {
  return { ...emptyReport(desired), outcome: 'disabled' };
}

function emptyReport(desired: DesiredRecord): Omit<ZoneReport, 'outcome'> {
  return {
    domain: desired.domain.toString(),
    zone: null,
    primary: null,
    owner: desired.record.name.toString(),
    add: [],
    delete: [],
    keep: [],
    serial: { before: null, after: null },
    verified: false,
    findings: desired.findings,
    attempts: [],
  };
}

function zoneOutcome(desired: DesiredRecord, { plan, changed, failure }: ZoneResult, extras: PlanExtras | undefined): ZoneOutcome {
  if (failure !== undefined) return outcomeOf(failure);
  if (extras !== undefined && plan?.outcome === 'planned') return 'planned';
  if (!changed) return 'unchanged';
  return desired.present ? 'published' : 'withdrawn';
}
