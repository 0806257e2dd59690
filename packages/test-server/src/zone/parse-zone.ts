import { ParseError, readMasterFile } from '@srvkit/dns';
import type { DomainName, PlacedRecord } from '@srvkit/dns';
import { zoneFromRecords } from './zone-from-records.ts';
import { ZoneError } from './zone-error.ts';
import type { Zone } from './zone.ts';

/**
 * Reads master-file text as one zone. `origin` is what relative names are relative to before any `$ORIGIN`, and then the zone must be it;
 * `file` is only for messages. Throws `ParseError` that names file and, where there is one, line.
 */
export function parseZone(text: string, options: { readonly origin?: DomainName; readonly file?: string } = {}): Zone {
  const placed = [...readMasterFile(text, options)];
  try {
    return zoneFromRecords(
      placed.map(({ record }) => record),
      options,
    );
  } catch (error) {
    if (!(error instanceof ZoneError)) throw error;
    const place = placed.find(({ record }) => record === error.record);
    throw new ParseError(error.code, [...placeText(options.file, place), error.message].join(': '), { ...place, cause: error });
  }
}

// As in the errors of master files, as far as it is known.
function placeText(file: string | undefined, place: PlacedRecord | undefined): string[] {
  if (place === undefined) return file === undefined ? [] : [file];
  return [file === undefined ? `line ${place.line}, column ${place.column}` : `${file}:${place.line}:${place.column}`];
}
