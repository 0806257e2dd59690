import type { GrantRequest } from './grants.ts';

/**
 * Steps for Windows DNS with zones in Active Directory and secure updates, where all SRV records of a name share one access list and its
 * first publisher owns it (kms P-18 to P-21; publish 4.1). Words and no commands: nothing of it can be tried without Windows.
 */
export function windowsGrants({ target, zones }: GrantRequest): string {
  const host = target.toString().split('.')[0] ?? '';
  const steps = zones.flatMap(({ zone, owners }) =>
    owners.flatMap((owner) => [
      `# In DNS Manager, Forward Lookup Zones, ${zone.toString()}`,
      `#   ${owner.toString()}: if it is not there, let the first host publish itself, or make the record by hand.`,
      '#   Properties, Security: give the group Read, Write and Delete (the first host owns the name; without this the others get REFUSED).',
    ]),
  );
  const lines = [
    `# ${target.toString()} publishes itself into Windows DNS: zones in Active Directory, dynamic updates "Secure only".`,
    '# 1. Make a global security group, KMS_Hosts for instance, in the domain of the hosts.',
    `# 2. Make the computer account ${host}$ a member, and those of all hosts that publish under the same names. Restart them: an account`,
    '#    learns of its groups when it logs on.',
    '# 3. For every zone that is published into:',
    ...steps,
    '# All SRV records of a name share this access list: a member can change the records of the others too.',
  ];
  return `${lines.join('\n')}\n`;
}
