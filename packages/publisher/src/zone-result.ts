import type { DomainName } from '@srvkit/dns';
import type { Failure } from './failure.ts';
import type { ZonePlan } from './plan/zone-plan.ts';
import type { ZoneAt } from './zone-pass.ts';
import type { ZoneReading } from './zone-reading.ts';

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

/** What there is to say about a server before anything was sent to it. */
export function resultAt({ primary, server, reading, plan }: ZoneAt): ZoneResult {
  const serial = { before: reading.serial, after: null };
  return { zone: primary.zone, server, plan, changed: false, verified: false, serial, failure: undefined };
}

/** Where no server was found, or none could be read. */
export function failedBefore(failure: Failure): ZoneResult {
  const serial = { before: null, after: null };
  return { zone: undefined, server: undefined, plan: undefined, changed: false, verified: false, serial, failure };
}

/** The alias that keeps a wanted record out, if any. */
export function aliasFailure(plan: ZonePlan, { current, dname }: ZoneReading): Failure | undefined {
  if (plan.outcome !== 'not-applied' || current.alias === undefined) return undefined;
  return { kind: 'alias', target: current.alias, ...(dname === undefined ? {} : { dname }) };
}
