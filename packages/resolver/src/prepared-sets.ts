import type { ResourceRecord, SrvRdata } from '@srvkit/dns';
import type { Lookup } from '@srvkit/dns-client';
import { type Law, type PreparedSet, prepareSet } from '@srvkit/selection';

/**
 * SRV sets made ready for drawing, those of answers from the cache once for as long as the answer lives: they come with the same records.
 * An answer that has just come may be the only one, and to remember a set by it would cost more than to make it.
 */
export class PreparedSets {
  readonly #sets = new WeakMap<readonly ResourceRecord[], PreparedSet>();

  of({ records, cached }: Pick<Lookup, 'records' | 'cached'>, law: Law): PreparedSet {
    if (!cached) return prepared(records, law);
    const known = this.#sets.get(records);
    if (known?.law === law) return known;
    const set = prepared(records, law);
    this.#sets.set(records, set);
    return set;
  }
}

function prepared(records: readonly ResourceRecord[], law: Law): PreparedSet {
  const targets: SrvRdata[] = [];
  for (const { rdata } of records) if (rdata.type === 'SRV') targets.push(rdata);
  return prepareSet(targets, law);
}
