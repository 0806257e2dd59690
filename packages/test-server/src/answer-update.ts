import type { DomainName, Message, Rcode } from '@srvkit/dns';
import type { NameOwners } from './name-owners.ts';
import { applyUpdate } from './zone/apply-update.ts';
import { checkPrerequisites } from './zone/prerequisites.ts';
import type { UpdateRules } from './zone/update-rules.ts';
import type { Zone } from './zone/zone.ts';

/** The serial of a zone before and after an UPDATE. */
export interface SerialChange {
  readonly before: number;
  readonly after: number;
}

/** What became of an UPDATE; `serial` is null when it was not even looked at. */
export interface UpdateAnswer {
  readonly rcode: Rcode;
  readonly serial: SerialChange | null;
}

/** Who asks, and what decides whether they may. */
export interface Permission {
  /** Null: nobody signed. */
  readonly key: DomainName | null;
  readonly mayUpdate: (key: DomainName, zone: DomainName) => boolean;
  readonly owners: NameOwners;
}

/**
 * Applies an UPDATE to the zone it is for and puts the new value in its place, in one step: nobody sees half of it, and two updates never
 * cross (RFC 2136 section 3.7). Permission comes before the prerequisites, as BIND and Knot do it, so that a stranger learns nothing
 * (publish 4.0); RFC 2136 section 3.3 has it after them. No `key` means that nobody signed: REFUSED.
 */
export function answerUpdate(zones: Map<string, Zone>, update: Message, permission: Permission, rules: UpdateRules = {}): UpdateAnswer {
  if (update.edns !== undefined && update.edns.version !== 0) return { rcode: 'BADVERS', serial: null };
  const asksForNothing = rules.judgeChanges === true && update.authority.length === 0;
  if (permission.key === null && rules.prerequisitesFirst !== true && !asksForNothing) return { rcode: 'REFUSED', serial: null };
  const [section, another] = update.question;
  if (section === undefined || another !== undefined) return { rcode: 'FORMERR', serial: null };
  const zone = zones.get(section.name.key);
  if (zone === undefined) return { rcode: section.type === 'SOA' ? 'NOTAUTH' : 'FORMERR', serial: null };
  const early = rules.prerequisitesFirst === true ? checkPrerequisites(zone, update, rules) : 'NOERROR';
  if (early !== 'NOERROR') return { rcode: early, serial: null };
  if (!asksForNothing && !isPermitted(update, zone, permission, rules)) return { rcode: 'REFUSED', serial: null };
  if (rules.cannotStore === true) return { rcode: 'SERVFAIL', serial: null };
  const outcome = applyUpdate(zone, update, rules);
  zones.set(zone.origin.key, outcome.zone);
  if (rules.firstKeyOwns === true && outcome.changed && permission.key !== null) permission.owners.claim(permission.key, update);
  return { rcode: outcome.rcode, serial: { before: zone.serial, after: outcome.zone.serial } };
}

function isPermitted(update: Message, zone: Zone, { key, mayUpdate, owners }: Permission, rules: UpdateRules): boolean {
  if (key === null || !mayUpdate(key, zone.origin)) return false;
  return rules.firstKeyOwns !== true || owners.allow(key, update);
}
