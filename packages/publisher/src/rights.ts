import { makeUpdate } from '@srvkit/dns';
import type { ExchangeOutcome } from '@srvkit/dns-client';
import type { Failure } from './failure.ts';
import { updateMessages } from './plan/update-messages.ts';
import type { ZonePlan } from './plan/zone-plan.ts';
import type { Rights } from './report.ts';
import { refusal } from './update-verdict.ts';
import { sendUpdate } from './send-update.ts';
import type { ZoneAt, ZoneTask } from './zone-pass.ts';

/** Whether the server would do it; why not, when it is `denied`. */
export interface RightsVerdict {
  readonly rights: Rights;
  readonly failure: Failure | undefined;
}

/**
 * Asks the server without changing anything whether it would let us make the change of a plan (publish 4.0), by UPDATEs that no zone can
 * fulfil or that have nothing to do:
 *
 *     prerequisite       updates      signed    NOERROR, YXRRSET       REFUSED, NOTAUTH
 *     apex SOA exists    none         as set    key, clock, zone ok    denied
 *     apex SOA absent    the change   as set    see below              denied
 *     apex SOA absent    the change   no        inconclusive           allowed
 *
 * The third one tells a server that judges permission first (BIND, Knot, PowerDNS) from one that looks at prerequisites first (Samba), where
 * the second one says nothing. Without a key there is no telling, so that the best verdict is `inconclusive`.
 */
export async function probeRights(task: ZoneTask, at: ZoneAt): Promise<RightsVerdict> {
  const { zone } = at.primary;
  const exists = { kind: 'rrsetExists', name: zone, type: 'SOA' } as const;
  const key = judgeProbe(await sendUpdate(task, at, makeUpdate({ id: 0, zone, prerequisites: [exists], operations: [] })), 'NOERROR');
  if (key.rights !== 'allowed') return key;

  const absent = { kind: 'rrsetAbsent', name: zone, type: 'SOA' } as const;
  const [change] = updateMessages(changeOf(at.plan), { zone, id: 0, prerequisites: [absent] });
  if (change === undefined) return INCONCLUSIVE;
  const outcome = await sendUpdate(task, at, change);
  const verdict = judgeProbe(outcome, 'YXRRSET');
  if (verdict.rights !== 'allowed') return verdict;
  if (outcome.tsig === 'none') return INCONCLUSIVE;
  const stranger = judgeProbe(await sendUpdate(task, at, change, { unsigned: true }), 'YXRRSET');
  return stranger.rights === 'denied' ? verdict : INCONCLUSIVE;
}

const INCONCLUSIVE: RightsVerdict = { rights: 'inconclusive', failure: undefined };

function judgeProbe(outcome: ExchangeOutcome, good: 'NOERROR' | 'YXRRSET'): RightsVerdict {
  const { rcode } = outcome;
  if (rcode === 'REFUSED' || rcode === 'NOTAUTH') return { rights: 'denied', failure: refusal(outcome, rcode) };
  return outcome.kind === 'answered' && rcode === good ? { rights: 'allowed', failure: undefined } : INCONCLUSIVE;
}

/** The change of the plan; when there is none, what would be the same again. */
function changeOf(plan: ZonePlan): ZonePlan {
  if (plan.outcome === 'planned') return plan;
  const { record, present } = plan.desired;
  return present ? { ...plan, add: [record] } : { ...plan, delete: [record] };
}
