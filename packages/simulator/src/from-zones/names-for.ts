import type { DomainName } from '@srvkit/dns';

const NAME = /^[A-Za-z0-9][\w.-]{0,62}$/;

/**
 * A short name for each of the domain names, as a scenario allows them and each once: the first label, else all of it, else `what-1`, `what-2`, ...
 */
export function namesFor(names: readonly DomainName[], what: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(firstOf(name), (counts.get(firstOf(name)) ?? 0) + 1);
  const taken = new Set<string>();
  return names.map((name) => {
    const first = firstOf(name);
    const wanted = [...(counts.get(first) === 1 ? [first] : []), name.key.slice(0, -1)];
    const free = wanted.find((text) => NAME.test(text) && !taken.has(text)) ?? numbered(what, taken);
    taken.add(free);
    return free;
  });
}

function firstOf(name: DomainName): string {
  return name.key.split('.', 1)[0] ?? '';
}

function numbered(what: string, taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(`${what}-${number}`)) number += 1;
  return `${what}-${number}`;
}
