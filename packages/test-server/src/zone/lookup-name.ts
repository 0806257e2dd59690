import type { DomainName } from '@srvkit/dns';
import { parentKey, wildcardKey } from './name-key.ts';
import type { RRset } from './rrset.ts';
import type { Zone, ZoneNode } from './zone.ts';

/** What a zone has at a name (RFC 1034 section 4.3.2 step 3, RFC 4592 section 3.3). */
export type NameLookup =
  | { readonly kind: 'exists'; readonly node: ZoneNode }
  | { readonly kind: 'wildcard'; readonly node: ZoneNode }
  | { readonly kind: 'delegated'; readonly cut: RRset }
  | { readonly kind: 'nxdomain' };

/** Finds `name`, which must lie in the zone. A delegation above it hides everything below, wildcards included. */
export function lookupName(zone: Zone, name: DomainName): NameLookup {
  const cut = zone.cuts === 0 ? undefined : delegationAbove(zone, name.key);
  if (cut !== undefined) return { kind: 'delegated', cut };
  const node = zone.nodes.get(name.key);
  if (node !== undefined) return { kind: 'exists', node };
  const wildcard = zone.nodes.get(wildcardKey(closestEncloser(zone, name.key)));
  return wildcard === undefined ? { kind: 'nxdomain' } : { kind: 'wildcard', node: wildcard };
}

// The one nearest to the origin: what lies below a cut is the other side's.
function delegationAbove(zone: Zone, name: string): RRset | undefined {
  let cut: RRset | undefined;
  for (let key = name; key !== zone.origin.key; key = parentKey(key) ?? zone.origin.key) {
    cut = zone.nodes.get(key)?.rrsets.get('NS') ?? cut;
  }
  return cut;
}

function closestEncloser(zone: Zone, name: string): string {
  let key = name;
  while (zone.nodes.get(key) === undefined && key !== zone.origin.key) key = parentKey(key) ?? zone.origin.key;
  return key;
}
