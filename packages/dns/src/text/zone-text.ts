import type { ResourceRecord } from '../record.ts';
import { inCanonicalOrder } from './canonical-order.ts';
import { formatRdata } from './rdata-text.ts';

const MAX_OWNER_COLUMN = 40;

/**
 * One record as a line of a master file, without the end of the line: absolute names, TTL and class written out, one blank between the
 * fields. `parseRecord` reads it back, except records that no zone holds (TSIG, class ANY and the like). Safe to print.
 */
export function formatRecord(record: ResourceRecord): string {
  return `${record.name.toString()} ${record.ttl} ${record.class} ${record.type} ${formatRdata(record.rdata, record.type)}`;
}

/**
 * Records as master-file text: the SOA first, the others in the canonical order of names (RFC 4034 section 6.1), then by type and RDATA,
 * so that equal zones give equal text. Owners, TTLs and types stand in columns, names are absolute, and every line says all about its
 * record. BIND and `parseMasterFile` accept it. Ends in a line feed; the text of no records is empty.
 */
export function formatZone(records: readonly ResourceRecord[]): string {
  const lines = inCanonicalOrder(records).map((record) => [
    record.name.toString(),
    String(record.ttl),
    record.class,
    record.type,
    formatRdata(record.rdata, record.type),
  ]);
  const widths = [0, 1, 2, 3].map((column) => lines.reduce((width, fields) => Math.max(width, fields[column]?.length ?? 0), 0));
  widths[0] = Math.min(widths[0] ?? 0, MAX_OWNER_COLUMN);
  return lines.map((fields) => `${fields.map((field, column) => field.padEnd(widths[column] ?? 0)).join(' ')}\n`).join('');
}
