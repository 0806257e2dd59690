import type { DomainName, SrvRdata } from '@srvkit/dns';
import type { DesiredRecord, SrvRecord } from './desired.ts';
import type { Finding } from './finding.ts';

/** What the primary holds at an owner name now. `alias` is the target of a CNAME there, which leaves no room for anything else. */
export interface CurrentSet {
  readonly records: readonly SrvRecord[];
  readonly alias: DomainName | undefined;
}

/**
 * What has to be done to one owner name, and what stays. `delete` holds records exactly as they were read, because one server compares
 * RDATA with its letter case (publish section 4). `keep` holds what is not ours or already right.
 */
export interface ZonePlan {
  readonly desired: DesiredRecord;
  readonly add: readonly SrvRecord[];
  readonly delete: readonly SrvRecord[];
  /**
   * Deleted too although it does not show: what an UPDATE in doubt may still bring. A server does UPDATEs one after the other (RFC 2136
   * section 3.7), so that ours comes after that one. Alone it leaves the outcome `unchanged`.
   */
  readonly recall: readonly SrvRecord[];
  readonly keep: readonly SrvRecord[];
  /** The record of this host that will be there: the one that is added, or that is right already. */
  readonly ours: SrvRecord | undefined;
  readonly findings: readonly Finding[];
  /** `planned`: there is something to do. Otherwise what the zone's outcome is without doing anything. */
  readonly outcome: 'planned' | 'unchanged' | 'not-applied';
}

/**
 * Desired against current, for one owner name. Ours is what has our owner, target and port (kms P-22, publish 6.1), or those that our
 * journal names (kms P-28); everybody else's
 * records are never touched. "Twin": ours with another priority or weight. Deletes and adds go in one message.
 *
 *     the owner holds          policy        add            delete        keep          finding
 *     -----------------------  ------------  -------------  ------------  ------------  ------------------------
 *     nothing                                ours
 *     neighbours                             ours, set TTL                neighbours    ttl-kept (TTLs differ)
 *     neighbours               enforce       ours, our TTL                neighbours    ttl-moved-neighbours
 *     ours                                                                ours
 *     ours, other TTL          keep                                       ours          ttl-kept
 *     ours, other TTL          enforce       ours           ours          neighbours    ttl-moved-neighbours (if any)
 *     ours, other letter case                                             as it is      case-kept
 *     a twin                                 ours           twin          neighbours
 *     ours and a twin                                       twin          ours
 *     ours at another port                   ours                         other port    same-target-other-port
 *     ours at `replacePort`                  ours           old port
 *     ours by the journal                    ours           old endpoint
 *     ours                     draining      ours, worse    ours          neighbours
 *     nothing of ours          draining                                   neighbours
 *     an alias                                                                          ignored-by-cname
 *     ours, twins              withdraw                     all of them   neighbours
 *     nothing of ours          withdraw                                   neighbours
 */
export function planZone(current: CurrentSet, desired: DesiredRecord): ZonePlan {
  const { findings, present } = desired;
  const nothing = { desired, add: [], delete: [], recall: [], keep: [], ours: undefined };
  if (current.alias !== undefined) {
    if (!present) return { ...nothing, findings, outcome: 'unchanged' };
    return { ...nothing, findings: [...findings, ignoredByCname(desired, current.alias)], outcome: 'not-applied' };
  }
  const mine = current.records.filter((record) => isOwn(record, desired));
  const others = current.records.filter((record) => !mine.includes(record));
  const recall = recalled(current, desired);
  if (!present) return settle({ ...nothing, delete: mine, recall, keep: others, findings });

  if (desired.draining && mine.length === 0) return settle({ ...nothing, recall, keep: others, findings });

  const setTtl = current.records[0]?.ttl;
  const enforce = desired.ttlPolicy === 'enforce';
  const ttl = enforce ? desired.record.ttl : (setTtl ?? desired.record.ttl);
  const wanted = { ...desired.record, ttl, rdata: wantedRdata(desired, others) };
  const right = mine.find((record) => sameValues(record.rdata, wanted.rdata) && (!enforce || record.ttl === wanted.ttl));
  const ours = right ?? wanted;
  return settle({
    desired,
    add: right === undefined ? [wanted] : [],
    delete: mine.filter((record) => record !== right),
    recall: recall.filter(({ rdata }) => !sameValues(rdata, ours.rdata)),
    keep: right === undefined ? others : [...others, right],
    ours,
    findings: [...findings, ...ttlFindings(desired, setTtl, others), ...caseFindings(desired, right), ...portFindings(desired, others)],
  });
}

/** Ours: the same owner and target, and our port or the one that is being replaced; or what the journal says we put there. */
function isOwn({ name, rdata }: SrvRecord, { record, replacePort, formerly }: DesiredRecord): boolean {
  const { target, port } = record.rdata;
  if (!name.equals(record.name)) return false;
  if (rdata.target.equals(target) && (rdata.port === port || rdata.port === replacePort)) return true;
  return formerly.some((endpoint) => rdata.port === endpoint.port && rdata.target.equals(endpoint.target));
}

function recalled(current: CurrentSet, { record, inDoubt }: DesiredRecord): SrvRecord[] {
  const unseen = inDoubt.filter((rdata) => !current.records.some((other) => sameValues(other.rdata, rdata)));
  return unseen.map((rdata) => ({ ...record, ttl: 0, rdata }));
}

/** While draining: worse than every neighbour, so that clients come only when nobody else answers (design.md section 4). The weight stays. */
function wantedRdata({ record, draining }: DesiredRecord, others: readonly SrvRecord[]): SrvRdata {
  const { rdata } = record;
  if (!draining) return rdata;
  const worse = Math.max(rdata.priority, ...others.map((other) => other.rdata.priority + 1));
  return { ...rdata, priority: Math.min(worse, 65_535) };
}

function sameValues(a: SrvRdata, b: SrvRdata): boolean {
  return a.priority === b.priority && a.weight === b.weight && a.port === b.port && a.target.equals(b.target);
}

function settle(plan: Omit<ZonePlan, 'outcome'>): ZonePlan {
  return { ...plan, outcome: plan.add.length + plan.delete.length === 0 ? 'unchanged' : 'planned' };
}

function ignoredByCname(desired: DesiredRecord, alias: DomainName): Finding {
  return {
    code: 'ignored-by-cname',
    message: `${desired.record.name.toString()} is an alias for ${alias.toString()}, so that servers ignore every other record there: remove the CNAME, or publish at its target`,
  };
}

function ttlFindings(desired: DesiredRecord, setTtl: number | undefined, others: readonly SrvRecord[]): Finding[] {
  const { name, ttl } = desired.record;
  if (setTtl === undefined || setTtl === ttl) return [];
  if (desired.ttlPolicy === 'keep') {
    return [{ code: 'ttl-kept', message: `${name.toString()} keeps the TTL of its set, ${setTtl} s, not ours of ${ttl} s` }];
  }
  if (others.length === 0) return [];
  const moved = others.length === 1 ? 'one record that is' : `${others.length} records that are`;
  return [
    {
      code: 'ttl-moved-neighbours',
      message: `${name.toString()}: our TTL of ${ttl} s instead of ${setTtl} s also goes to ${moved} not ours`,
    },
  ];
}

function caseFindings(desired: DesiredRecord, right: SrvRecord | undefined): Finding[] {
  const target = desired.record.rdata.target.toString();
  const kept = right?.rdata.target.toString() ?? target;
  if (kept === target) return [];
  return [
    { code: 'case-kept', message: `${desired.record.name.toString()} keeps ${kept}, which differs from ${target} in letter case only` },
  ];
}

function portFindings(desired: DesiredRecord, others: readonly SrvRecord[]): Finding[] {
  const { target } = desired.record.rdata;
  return others
    .filter((record) => record.name.equals(desired.record.name) && record.rdata.target.equals(target))
    .map(({ name, rdata }) => ({
      code: 'same-target-other-port',
      message: `${name.toString()} also has ${target.toString()} at port ${rdata.port}, which was not touched: replace port ${rdata.port} if the service has left it`,
    }));
}
