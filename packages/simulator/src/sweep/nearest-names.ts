/** The names most like `wanted`, the likest first; those that are nothing like it come last, in their order. */
export function nearestNames(wanted: string, names: readonly string[], most: number): readonly string[] {
  return names
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase().slice(0, 100), name.toLowerCase().slice(0, 100)) }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

// Levenshtein: letters to put in, leave out or change, with one row of the table at a time.
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let at = 0; at < a.length; at += 1) {
    const next = [at + 1];
    for (let column = 0; column < b.length; column += 1) {
      const change = (row[column] ?? 0) + (a[at] === b[column] ? 0 : 1);
      next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
