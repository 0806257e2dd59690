import type { Comparison } from '@srvkit/simulator';
import { escapeText } from './escape.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';

/** Two simulations side by side, for a terminal. */
export function renderComparison(comparison: Comparison, style: Style): string {
  const { scenarios, hosts, sites, findings } = comparison;
  const [a, b] = scenarios.map((name, at) => `${at === 0 ? 'A' : 'B'} ${escapeText(name)}, seed ${comparison.seeds[at] ?? ''}`);
  const overall = (['clients', 'succeeded', 'failed'] as const).map((name) => [name, ...comparison[name].map(String)]);
  return [
    `${style.strong(`${a} | ${b}`)}\n${table(['passes', 'A', 'B'], overall)}`,
    `\n${style.strong('Hosts')}\n`,
    table(
      ['host', 'activations A', 'B', 'share A', 'share B'],
      hosts.map(({ name, activations, share }) => [name, ...activations.map(figure), ...share.map(percent)]),
    ),
    `\n${style.strong('Sites')}\n`,
    table(
      ['site', 'over the WAN A', 'WAN B', 'failed A', 'failed B', 'licensed A', 'licensed B', 'fail over p95 ms A', 'p95 ms B'],
      sites.map((site) => [
        site.name,
        ...[site.crossings, site.failed, site.licensed, site.failOverP95Ms].flatMap((pair) => pair.map(figure)),
      ]),
    ),
    ...findings.map((only, at) =>
      only.length === 0
        ? ''
        : `\n${style.strong(`Findings of ${at === 0 ? 'A' : 'B'} alone`)}\n${only.map((finding) => `  - ${escapeText(finding)}\n`).join('')}`,
    ),
  ].join('');
}

function figure(value: number | null): string {
  return value === null ? '-' : String(value);
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(2)} %`;
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return formatTable(heading, rows, heading.slice(1));
}
