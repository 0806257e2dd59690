import type { DomainName, Message, Rcode } from '@srvkit/dns';
import { applyUpdate } from './zone/apply-update.ts';
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

/**
 * Applies an UPDATE to the zone it is for and puts the new value in its place, in one step: nobody sees half of it, and two updates never
 * cross (RFC 2136 section 3.7). Permission comes before the prerequisites, as BIND and Knot do it, so that a stranger learns nothing
 * (publish 4.0); RFC 2136 section 3.3 has it after them. No `key` means that nobody signed: REFUSED.
 */
export function answerUpdate(
  zones: Map<string, Zone>,
  update: Message,
  permission: { readonly key: DomainName | null; readonly mayUpdate: (key: DomainName, zone: DomainName) => boolean },
): UpdateAnswer {
  const { key, mayUpdate } = permission;
  if (update.edns !== undefined && update.edns.version !== 0) return { rcode: 'BADVERS', serial: null };
  if (key === null) return { rcode: 'REFUSED', serial: null };
  const [section, another] = update.question;
  if (section === undefined || another !== undefined) return { rcode: 'FORMERR', serial: null };
  const zone = zones.get(section.name.key);
  if (zone === undefined) return { rcode: section.type === 'SOA' ? 'NOTAUTH' : 'FORMERR', serial: null };
  if (!mayUpdate(key, zone.origin)) return { rcode: 'REFUSED', serial: null };
  const outcome = applyUpdate(zone, update);
  zones.set(zone.origin.key, outcome.zone);
  return { rcode: outcome.rcode, serial: { before: zone.serial, after: outcome.zone.serial } };
}
