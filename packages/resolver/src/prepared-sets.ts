import type { ResourceRecord } from '@srvkit/dns';
import { type Law, type PreparedSet, prepareSet } from '@srvkit/selection';

/** SRV sets made ready for drawing, each once for as long as its answer lives: answers from the cache come with the same records. */
export class PreparedSets {
  readonly #sets = new WeakMap<readonly ResourceRecord[], PreparedSet>();

  of(records: readonly ResourceRecord[], law: Law): PreparedSet {
    const known = this.#sets.get(records);
    if (known?.law === law) return known;
    const targets = records.flatMap(({ rdata }) => (rdata.type === 'SRV' ? [rdata] : []));
    const set = prepareSet(targets, law);
    this.#sets.set(records, set);
    return set;
  }
}
