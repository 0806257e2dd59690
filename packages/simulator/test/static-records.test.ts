import { parseDomainName } from '@srvkit/dns';
import test from 'ava';
import { Estate } from '../src/estate/estate.ts';
import { parseScenario } from '../src/index.ts';

const EAST = parseDomainName('east.contoso.com');
const KMS = { domain: 'east.contoso.com', target: 'kms.contoso.com' };

/** What a client is answered in the east, and what its zone holds. */
function eastWith(records: readonly object[]): { readonly kind: string; readonly size: number; readonly held: number } {
  const scenario = {
    name: 'static',
    duration: '1d',
    sites: { east: { search: ['east.contoso.com'] } },
    dns: { static: records },
    hosts: {},
    clients: { c: { site: 'east', count: 1 } },
  };
  const { service } = new Estate(parseScenario(JSON.stringify(scenario)));
  const { result } = service.answer(service.zones, EAST, 'rfc2782');
  const held = service.zones.get(EAST.key)?.rrset(parseDomainName('_vlmcs._tcp', EAST), 'SRV')?.records ?? [];
  return { kind: result.kind, size: result.kind === 'records' ? result.set.size : 0, held: held.length };
}

const ROWS = [
  ['a record', [KMS], { kind: 'records', size: 1, held: 1 }],
  ['the same host at two priorities is two records', [KMS, { ...KMS, priority: 9 }], { kind: 'records', size: 2, held: 2 }],
  ['the same record twice is one', [KMS, KMS], { kind: 'records', size: 1, held: 1 }],
  ['"." alone says that the service is not there', [{ ...KMS, target: '.', port: 0 }], { kind: 'unavailable', size: 0, held: 1 }],
  ['"." beside a host is left out', [KMS, { ...KMS, target: '.', port: 0 }], { kind: 'records', size: 1, held: 2 }],
  ['port 0 is left out', [KMS, { ...KMS, target: 'b.contoso.com', port: 0 }], { kind: 'records', size: 1, held: 2 }],
  ['an address is left out', [KMS, { ...KMS, target: '192.0.2.1' }], { kind: 'records', size: 1, held: 2 }],
  ['nothing but port 0 is no record', [{ ...KMS, port: 0 }], { kind: 'nodata', size: 0, held: 1 }],
] as const;

for (const [title, records, expected] of ROWS) {
  test(`records written by hand are in the zone as they are: ${title}`, (t) => {
    t.deepEqual(eastWith(records), expected);
  });
}
