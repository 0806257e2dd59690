import { formatZone } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import type { HostPlan, SitesPlan } from '@srvkit/kms';

/** A plan for people: a block a host, then the records for who makes them by hand. */
export function renderSitesPlan({ hosts, records }: SitesPlan): string {
  return `${hosts.map(renderHost).join('\n')}\nZone lines, for records made by hand:\n\n${formatZone(records)}`;
}

/** The same as the document of `sites plan --json`. */
export function sitesPlanDocument({ hosts, records }: SitesPlan): object {
  return {
    v: 1,
    hosts: hosts.map(({ target, port, lines, owners, findings }) => ({
      target: target.toString(),
      port,
      publishList: lines,
      owners: owners.map(String),
      findings,
    })),
    zoneLines: formatZone(records).split('\n').filter(Boolean),
  };
}

function renderHost({ target, port, lines, owners, findings }: HostPlan): string {
  const domains = owners.map((owner) => `--domain ${bare(domainOf(owner))}`).join(' ');
  return [
    `${target.toString()}, port ${port}`,
    '  DnsDomainPublishList',
    ...lines.map((line) => `    ${line}`),
    '  may change SRV records of',
    ...owners.map((owner) => `    ${owner.toString()}`),
    `  its rights: srvkit grants bind --target ${shellWord(bare(target))} ${domains} --tsig-key FILE`,
    ...findings.map(({ message }) => `  warning: ${message}`),
    '',
  ].join('\n');
}

/** `_service._proto` taken off. */
function domainOf(owner: DomainName): DomainName {
  return owner.parent()?.parent() ?? owner;
}

function bare(name: DomainName): string {
  return name.toString().slice(0, -1);
}

/** A target may have characters that a shell reads otherwise; the domains of a plan have none. */
function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
