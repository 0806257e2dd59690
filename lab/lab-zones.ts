import { parseDomainName } from '@srvkit/dns';
import type { Scenario } from '@srvkit/simulator';

/** A zone before any host has published itself. */
export interface LabZone {
  /** With its final dot. */
  readonly origin: string;
  /** The site whose server is its primary: the one that asks it first. */
  readonly site: string;
  /** Master-file text. */
  readonly text: string;
}

/** The zones of a scenario: one for each domain of a suffix search list, with the addresses of the name server and of the hosts. */
export function labZones(
  scenario: Scenario,
  { servers, hosts }: { readonly servers: ReadonlyMap<string, string>; readonly hosts: ReadonlyMap<string, string> },
): readonly LabZone[] {
  const sites = new Map<string, string>();
  const searched = [...scenario.sites].flatMap(([site, { search }]) => search.map((text, at) => ({ site, at, origin: origin(text) })));
  const [firstSite = ''] = scenario.sites.keys();
  for (const other of scenario.dns.zones) searched.push({ site: firstSite, at: Infinity, origin: origin(other) });
  for (const { site, origin } of searched.toSorted((a, b) => a.at - b.at)) if (!sites.has(origin)) sites.set(origin, site);
  return [...sites].map(([origin, site]) => {
    const inside = [...scenario.hosts].filter(([, host]) => closest(host.target, [...sites.keys()]) === origin);
    const addresses = inside.map(([name, { target }]) => `${parseDomainName(target).toString()} A ${hosts.get(name)}`);
    const begin = [
      `$ORIGIN ${origin}`,
      '$TTL 3600',
      '@ SOA ns1 hostmaster 1 3600 600 604800 300',
      '@ NS ns1',
      `ns1 A ${servers.get(site)}`,
    ];
    return { origin, site, text: `${[...begin, ...addresses].join('\n')}\n` };
  });
}

function origin(text: string): string {
  return parseDomainName(text).toString().toLowerCase();
}

/** The zone that a name is in, if any: of those that enclose it, the longest. */
function closest(name: string, origins: readonly string[]): string | undefined {
  const target = parseDomainName(name);
  return origins
    .filter((each) => target.isWithin(parseDomainName(each)))
    .toSorted((a, b) => a.length - b.length)
    .at(-1);
}
