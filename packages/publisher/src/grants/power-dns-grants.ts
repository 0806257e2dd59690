import type { DomainName } from '@srvkit/dns';
import type { GrantedZone, KeyedGrantRequest } from './grants.ts';

/**
 * Commands of pdnsutil. PowerDNS gives a key whole zones (publish section 4), and its Lua policy is not to be relied on; so that the key can
 * touch nothing else, each owner name is cut off into a zone of its own.
 */
export function powerDnsGrants({ target, zones, key }: KeyedGrantRequest): string {
  const head = [
    `# ${target.toString()} publishes itself with the key ${key.toString()} PowerDNS gives a key whole zones, not names. So that it can`,
    '# change nothing else, each name that is published gets a zone of its own. SRV records that stand there now have to be copied into',
    '# it, and deleted in the zone above. The key is told to PowerDNS by: pdnsutil import-tsig-key NAME ALGORITHM SECRET',
    '# In pdns.conf: dnsupdate=yes and allow-dnsupdate-from= with nothing behind it. Zones that name no key take updates from',
    '# whatever address that allows, and 127.0.0.0/8 and ::1 are allowed unless it is set.',
  ];
  const commands = zones.flatMap((granted) => granted.owners.map((owner) => commandsFor(granted, owner, key)));
  return `${[head.join('\n'), ...commands].join('\n\n')}\n`;
}

function commandsFor({ zone, primary }: GrantedZone, owner: DomainName, key: DomainName): string {
  const own = bare(owner);
  const cut = owner.equals(zone) ? [] : cutOff(zone, owner, primary);
  return [
    ...cut,
    `pdnsutil set-meta ${own} TSIG-ALLOW-DNSUPDATE ${bare(key)}`,
    '# The key decides, not the address; where hosts have fixed addresses, name them here instead.',
    `pdnsutil set-meta ${own} ALLOW-DNSUPDATE-FROM 0.0.0.0/0 ::/0`,
    `pdnsutil set-meta ${own} SOA-EDIT-DNSUPDATE INCREASE`,
  ].join('\n');
}

function cutOff(zone: DomainName, owner: DomainName, primary: DomainName | undefined): readonly string[] {
  const server = primary === undefined ? `ns1.${zone.toString()}` : primary.toString();
  const relative = owner.toString().slice(0, -(zone.toString().length + 1));
  const own = bare(owner);
  return [
    `ns=${shellWord(server)}${primary === undefined ? ' # the name of this server: correct it' : ''}`,
    `pdnsutil create-zone ${own} "$ns"`,
    `pdnsutil replace-rrset ${own} @ SOA 3600 "$ns hostmaster.${zone.toString()} 1 3600 600 604800 300"`,
    `pdnsutil add-record ${bare(zone)} ${shellWord(relative)} NS 3600 "$ns"`,
  ];
}

/** Without the final dot, as pdnsutil has names and keys. */
function bare(name: DomainName): string {
  return shellWord(name.toString().slice(0, -1));
}

function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
