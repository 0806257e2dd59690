import type { Comparison } from '@srvkit/simulator';
import { escapeText } from './escape.ts';
import { count, duration, percent } from './figures.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';

/** Two simulations side by side, for a terminal. */
export function renderComparison(comparison: Comparison, style: Style): string {
  const { scenarios, hosts, sites, findings } = comparison;
  const [a, b] = scenarios.map((name, at) => `${at === 0 ? 'A' : 'B'} ${escapeText(name)}, seed ${comparison.seeds[at] ?? ''}`);
  const overall = (['clients', 'succeeded', 'failed'] as const).map((name) => [name, ...comparison[name].map(count)]);
  const times = ['to fail over, 95th A', '95th B', 'out of service, 95th A', '95th B'];
  return [
    `${style.strong(`${a} | ${b}`)}\n${table(['passes', 'A', 'B'], overall)}`,
    `\n${style.strong('Hosts')}\n`,
    table(
      ['host', 'activations A', 'B', 'share A', 'share B'],
      hosts.map(({ name, activations, share }) => [name, ...activations.map(count), ...share.map(percent)]),
    ),
    `\n${style.strong('Sites')}\n`,
    table(
      ['site', 'over the WAN A', 'WAN B', 'failed A', 'failed B', 'licensed A', 'licensed B', ...times],
      sites.map((site) => [
        site.name,
        ...[site.crossings, site.failed, site.licensed].flatMap((pair) => pair.map(count)),
        ...[site.failOverP95Ms, site.outOfServiceP95Ms].flatMap((pair) => pair.map(duration)),
      ]),
    ),
    ...findings.map((only, at) =>
      only.length === 0
        ? ''
        : `\n${style.strong(`Findings of ${at === 0 ? 'A' : 'B'} alone`)}\n${only.map((finding) => `  - ${escapeText(finding)}\n`).join('')}`,
    ),
  ].join('');
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return formatTable(heading, rows, heading.slice(1));
}
