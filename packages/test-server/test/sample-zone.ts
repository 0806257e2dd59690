import { formatRecord, parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { parseZone } from '../src/zone/index.ts';
import type { Zone } from '../src/zone/index.ts';

/** example.org. with the given lines below its SOA (serial 1, MINIMUM 60) and NS. */
export function sampleZone(lines = ''): Zone {
  return parseZone(`$ORIGIN example.org.
$TTL 300
@ SOA ns1 host 1 3600 600 86400 60
@ NS ns1
${lines}`);
}

/** A name, relative to example.org. unless it ends in a dot; `@` is the origin. */
export function name(text: string): DomainName {
  return parseDomainName(text, ORIGIN);
}

/** The records as text with single blanks, sorted; the SOA shortened to its serial. */
export function contents(zone: Zone): string[] {
  return [...zone.records()]
    .map((record) => (record.rdata.type === 'SOA' ? `SOA ${record.rdata.serial}` : formatRecord(record).replaceAll(/\s+/g, ' ')))
    .sort();
}

const ORIGIN = parseDomainName('example.org.');
