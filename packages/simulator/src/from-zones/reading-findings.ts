import { formatRecord } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { leavesHomeOut } from './deduce-estate.ts';
import type { DeducedEstate, DeducedHost, JudgedRecord } from './deduce-estate.ts';
import type { DomainReading, EstateReading } from './estate-reading.ts';
import type { ByHand } from './judge-record.ts';

/** Something odd about what was read. */
export interface ReadingFinding {
  readonly code: ReadingFindingCode;
  /** Presented with the final dot; null where it is about no single domain. */
  readonly domain: string | null;
  /** As a line of a zone; null where it is about no single record. */
  readonly record: string | null;
  readonly message: string;
}

export type ReadingFindingCode =
  | ByHand
  | 'not-read'
  | 'no-records'
  | 'other-domains'
  | 'ttl-of-a-cache'
  | 'unequal-ttls'
  | 'target-unknown'
  | 'home-not-published';

/** What an administrator should look at, domain by domain. */
export function findingsOf(estate: EstateReading, { byHand, hosts }: Pick<DeducedEstate, 'byHand' | 'hosts'>): readonly ReadingFinding[] {
  return [
    ...estate.unread.map(({ domain, why }) => ofDomain('not-read', domain, `${domain.toString()} is left out: ${why}`)),
    ...estate.domains.flatMap((reading) => [
      ...domainFindings(reading, estate),
      ...byHand.filter((each) => each.reading === reading).map((each) => recordFinding(each, estate)),
    ]),
    ...targetFindings(estate, hosts),
  ];
}

function* domainFindings(reading: DomainReading, { service }: EstateReading): Generator<ReadingFinding> {
  const { domain, records, others, authoritative } = reading;
  const name = domain.toString();
  if (records.length === 0)
    yield ofDomain('no-records', domain, `${name} has no record of ${service}: clients that ask only there find no host`);
  if (others.length > 0)
    yield ofDomain(
      'other-domains',
      domain,
      `its zone has records of ${service} for ${others.map(String).join(', ')} too: read them with --domain`,
    );
  const [first] = records;
  if (first === undefined) return;
  if (!authoritative)
    yield ofDomain('ttl-of-a-cache', domain, `${name}: the TTL is what a resolver had left of it; name a server of the zone with --server`);
  if (records.some(({ ttl }) => ttl !== first.ttl))
    yield ofDomain('unequal-ttls', domain, `${name}: the TTLs of one set differ, and the least one is taken (RFC 2181 section 5.2)`);
}

function recordFinding({ reading, record, why }: JudgedRecord, estate: EstateReading): ReadingFinding {
  const known = estate.targets.get(record.rdata.target.key);
  const alias = why === 'alias-owner' ? reading.aliasOf : known?.kind === 'alias' ? known.of : undefined;
  const text = formatRecord(record);
  return { code: why, domain: reading.domain.toString(), record: text, message: `${text}: ${MESSAGES[why](alias?.toString() ?? '')}` };
}

const MESSAGES: Readonly<Record<ByHand, (alias: string) => string>> = {
  'root-target': () => 'the target "." says that the service is not there; beside other records it says nothing',
  'port-zero': () => 'nobody can connect to port 0, and clients leave the record out',
  'address-target': () => 'an IP address is no target (RFC 2782), and clients leave the record out',
  'no-address': () => 'the target has no address: taken for stale, left behind by a host that is gone',
  'alias-owner': (alias) => `the owner is an alias of ${alias}: no host can publish there, taken for written by hand`,
  'alias-target': (alias) => `the target is an alias of ${alias}, against RFC 2782: taken for written by hand, and for a host of its own`,
  'outside-target': () => 'the target is in none of the domains read: taken for written by hand',
  'same-endpoint-twice': () => 'the same target and port is there with other numbers, and a host publishes one: taken for written by hand',
  'other-port': () => 'the target has another port in most records and is taken to listen there only: taken for written by hand',
  'unlisted-domain': () => 'no publish list can name this domain: taken for written by hand',
};

function* targetFindings(estate: EstateReading, hosts: readonly DeducedHost[]): Generator<ReadingFinding> {
  for (const host of hosts) {
    const { target, site } = host;
    const known = estate.targets.get(target.key);
    if (known?.kind === 'unknown' && host.siteBy === 'name')
      yield found('target-unknown', `${target.toString()} could not be looked up (${known.why}): taken for a host that is there`);
    if (leavesHomeOut(host, estate.service))
      yield ofDomain(
        'home-not-published',
        site.domain,
        `${target.toString()} is not published in ${site.domain.toString()}, where a KMS host always publishes itself unless told otherwise`,
      );
  }
}

function ofDomain(code: ReadingFindingCode, domain: DomainName, message: string): ReadingFinding {
  return { code, domain: domain.toString(), record: null, message };
}

function found(code: ReadingFindingCode, message: string): ReadingFinding {
  return { code, domain: null, record: null, message };
}
