import { deduceEstate } from './deduce-estate.ts';
import { draftFile } from './draft-file.ts';
import type { DraftFile } from './draft-file.ts';
import type { EstateReading } from './estate-reading.ts';
import { findingsOf } from './reading-findings.ts';
import type { ReadingFinding } from './reading-findings.ts';
import { formatDraft } from './format-draft.ts';
import type { FormatDraftOptions } from './format-draft.ts';

/** A scenario begun from live zones. */
export interface ScenarioDraft {
  /** YAML with comments: what was read, what is odd, what is assumed (ASSUMED) and what an administrator has to fill in (FILL IN). */
  readonly text: string;
  /** The same without comments, as JSON: `parseScenario(JSON.stringify(file))` reads it too. */
  readonly file: DraftFile;
  readonly findings: readonly ReadingFinding[];
}

/**
 * Begins a scenario from what was read: the zones that are planned from it at its first minute hold the records that were read, each with
 * its priority, weight, port and TTL. What no zone says (clients, links) is filled with round figures, so that it can be played at once. Pure.
 * Throws `RangeError` when no domain has a record: there is nothing to begin with.
 */
export function draftScenario(reading: EstateReading, options: FormatDraftOptions): ScenarioDraft {
  if (reading.domains.every(({ records }) => records.length === 0))
    throw new RangeError(`no domain that was read has a record of ${reading.service}: a scenario needs at least one`);
  const estate = deduceEstate(reading);
  const file = draftFile(reading, estate);
  const findings = findingsOf(reading, estate);
  return { text: formatDraft({ file, estate, findings, reading }, options), file, findings };
}
