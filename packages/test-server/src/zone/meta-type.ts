import { typeNumber } from '@srvkit/dns';
import type { RecordType } from '@srvkit/dns';

/** Types that exist only in messages, never in a zone: OPT and the range of query and meta types (RFC 6895 section 3.1). */
export function isMetaType(type: RecordType): boolean {
  const number = typeNumber(type);
  return number === 0 || number === 41 || (number >= 128 && number <= 255);
}
