import { parseMasterFile, ParseError } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { zoneFromRecords } from './zone-from-records.ts';
import type { Zone } from './zone.ts';

/**
 * Reads master-file text as one zone. `origin` is what relative names are relative to before any `$ORIGIN`, and then the zone must be it;
 * `file` is only for messages. Throws `ParseError` that names file and, where there is one, line.
 */
export function parseZone(text: string, options: { readonly origin?: DomainName; readonly file?: string } = {}): Zone {
  const records = parseMasterFile(text, options);
  try {
    return zoneFromRecords(records, options);
  } catch (error) {
    if (!(error instanceof ParseError) || options.file === undefined) throw error;
    throw new ParseError(error.code, `${options.file}: ${error.message}`, { cause: error });
  }
}
