/**
 * An immutable map from a name's `key` to a value. A changed copy shares the large base and carries only what differs, so that one
 * change to a zone of n names costs about the square root of n; when the differences grow beyond that they are folded into a new base.
 */
export class NameMap<V> {
  readonly #base: ReadonlyMap<string, V>;
  readonly #changes: ReadonlyMap<string, V | undefined>;

  constructor(base: ReadonlyMap<string, V> = new Map(), changes: ReadonlyMap<string, V | undefined> = new Map()) {
    this.#base = base;
    this.#changes = changes;
  }

  get(key: string): V | undefined {
    if (this.#changes.size > 0 && this.#changes.has(key)) return this.#changes.get(key);
    return this.#base.get(key);
  }

  /** A copy with `changes` made; `undefined` deletes. */
  with(changes: ReadonlyMap<string, V | undefined>): NameMap<V> {
    const all = new Map([...this.#changes, ...changes]);
    return all.size ** 2 <= this.#base.size ? new NameMap(this.#base, all) : new NameMap(merge(this.#base, all));
  }

  /** Every value, those of the base in its order first. */
  *values(): Generator<V> {
    for (const [key, value] of this.#base) {
      const current = this.#changes.has(key) ? this.#changes.get(key) : value;
      if (current !== undefined) yield current;
    }
    for (const [key, value] of this.#changes) {
      if (value !== undefined && !this.#base.has(key)) yield value;
    }
  }
}

function merge<V>(base: ReadonlyMap<string, V>, changes: ReadonlyMap<string, V | undefined>): Map<string, V> {
  const merged = new Map(base);
  for (const [key, value] of changes) {
    if (value === undefined) merged.delete(key);
    else merged.set(key, value);
  }
  return merged;
}
