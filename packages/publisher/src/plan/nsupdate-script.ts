import type { DomainName } from '@srvkit/dns';
import type { SrvRecord } from './desired.ts';
import type { ZonePlan } from './zone-plan.ts';

/** The same UPDATE as text for `nsupdate`, ending in a newline. Without anything to do it is a comment. */
export function nsupdateScript(plan: ZonePlan, where: { zone: DomainName; server?: { host: string; port: number } }): string {
  const deletes = [...plan.delete, ...plan.recall];
  if (plan.add.length + deletes.length === 0) return `; ${plan.desired.record.name.toString()}: nothing to do\n`;
  const lines = [
    ...(where.server === undefined ? [] : [`server ${where.server.host} ${where.server.port}`]),
    `zone ${where.zone.toString()}`,
    ...(plan.add.every(({ rdata }) => isHostName(rdata.target)) ? [] : ['check-names no']),
    ...deletes.map((record) => `update delete ${record.name.toString()} IN SRV ${rdataText(record)}`),
    ...plan.add.map((record) => `update add ${record.name.toString()} ${record.ttl} IN SRV ${rdataText(record)}`),
    'send',
  ];
  return `${lines.join('\n')}\n`;
}

/** What nsupdate takes for a target unless it is told not to look: letters, digits and hyphens, these not at the ends (RFC 1123 section 2.1). */
function isHostName(name: DomainName): boolean {
  return /^(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+$/i.test(name.toString());
}

function rdataText({ rdata }: SrvRecord): string {
  return `${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}`;
}
