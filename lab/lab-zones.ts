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
  return [...originsOf(scenario)].map(([origin, site]) => {
    const inside = [...scenario.hosts].filter(([, host]) => zoneOf(scenario, host.target) === origin);
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

/** The origin of the zone that a name is in, if any: of those that enclose it, the longest. */
export function zoneOf(scenario: Scenario, name: string): string | undefined {
  const target = parseDomainName(name);
  const enclosing = [...originsOf(scenario).keys()].filter((origin) => target.isWithin(parseDomainName(origin)));
  return enclosing.toSorted((a, b) => a.length - b.length).at(-1);
}

/** Every zone, with the site that has it earliest in its suffix search list. */
function originsOf({ sites, dns }: Scenario): ReadonlyMap<string, string> {
  const [first = ''] = sites.keys();
  const searched = [...sites].flatMap(([site, { search }]) => search.map((text, at) => ({ site, at, text })));
  const others = dns.zones.map((text) => ({ site: first, at: Infinity, text }));
  const origins = new Map<string, string>();
  for (const { site, text } of [...searched, ...others].toSorted((a, b) => a.at - b.at)) {
    const origin = parseDomainName(text).toString().toLowerCase();
    if (!origins.has(origin)) origins.set(origin, site);
  }
  return origins;
}
