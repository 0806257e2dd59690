import type { DomainName } from '@srvkit/dns';
import type { GrantedZone, KeyedGrantRequest } from './grants.ts';

/** An `acl` a zone, since Knot takes owner names relative to the zone that is updated (publish section 4, lab of knotd 3.2). */
export function knotGrants({ target, zones, key }: KeyedGrantRequest): string {
  const lines = [
    `# ${target.toString()} publishes itself with the key ${key.toString()} These rules let it change SRV records of the names it publishes,`,
    '# and nothing else. Knot judges names and types, not single records: give the key to hosts that publish under the same names only.',
    '# A zone that has an acl already keeps it: add the id below to its list.',
    'acl:',
    ...zones.flatMap((granted) => acl(granted, key)),
    'zone:',
    ...zones.flatMap(({ zone }) => [`  - domain: ${quoted(zone.toString())}`, `    acl: [${quoted(idOf(zone, key))}]`]),
  ];
  return `${lines.join('\n')}\n`;
}

function acl({ zone, owners }: GrantedZone, key: DomainName): readonly string[] {
  return [
    `  - id: ${quoted(idOf(zone, key))}`,
    `    key: ${quoted(key.toString())}`,
    '    action: update',
    '    update-type: SRV',
    '    update-owner: name',
    '    update-owner-match: equal',
    `    update-owner-name: [${owners.map((owner) => quoted(relativeTo(zone, owner))).join(', ')}]`,
  ];
}

function idOf(zone: DomainName, key: DomainName): string {
  return `srvkit ${key.toString()} ${zone.toString()}`;
}

/** `@` for the zone itself. */
function relativeTo(zone: DomainName, owner: DomainName): string {
  if (owner.equals(zone)) return '@';
  return owner.toString().slice(0, -(zone.toString().length + 1));
}

// Inside of quotes Knot leaves backslashes to the name, whose own quotes have one in front. The interop test has every kind of octet.
function quoted(text: string): string {
  return `"${text}"`;
}
