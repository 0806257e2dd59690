import type { KeyedGrantRequest } from './grants.ts';

/**
 * One `update-policy` a zone. BIND judges names and types and not single records (publish 4.0), so that a TSIG key can do to a neighbour's
 * SRV record of the same name what it can do to its own. Only Kerberos identities can be held to their own target.
 */
export function bindGrants({ target, zones, key }: KeyedGrantRequest): string {
  const head = [
    `# ${target.toString()} publishes itself with the key ${key.toString()} These rules let it change SRV records of the names it publishes,`,
    '# and nothing else. BIND judges names and types, not single records: give the key to hosts that publish under the same names only.',
    '# (A Kerberos identity can be held to its own record: grant REALM krb5-subdomain-self-rhs ...) A zone has either update-policy or',
    '# allow-update, not both.',
  ];
  const policies = zones.map(({ zone, owners }) =>
    [
      `# Into the statement of zone "${zone.toString()}":`,
      'update-policy {',
      ...owners.map((owner) => `    grant "${key.toString()}" name "${owner.toString()}" SRV;`),
      '};',
    ].join('\n'),
  );
  return `${[head.join('\n'), ...policies].join('\n\n')}\n`;
}
