import { figureLabel, HEADLINES } from '@srvkit/simulator/sweep';
import type { Figure, SpreadReport, SweepReport, VariantReport } from '@srvkit/simulator/sweep';
import { escapeText } from './escape.ts';
import { count, duration, percent } from './figures.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';

/** Many variants of a scenario, for a terminal: what was turned, and a row for each variant; of many seeds, a table for each combination. */
export function renderSweep(report: SweepReport, style: Style): string {
  const { scenarios, knobs, seeds, variants } = report;
  const names = scenarios.map((name, at) => `${label(scenarios, at)}${escapeText(name)}`).join(' | ');
  const [first] = variants;
  const told = seeds === 1 ? `seed ${first?.seed ?? ''}` : `${seeds} seeds each, from ${first?.seed ?? ''} on`;
  return [
    `${style.strong(names)}: ${count(variants.length)} variants, ${told}\n`,
    ...knobs.map(({ path, values }) => `  ${escapeText(`${path} = ${values.join(', ')}`)}\n`),
    ...(seeds === 1 ? variantTables(report, style) : report.spreads.map((spread) => spreadTable(spread, report, style))),
  ].join('');
}

const MOST_HOSTS = 8;

function variantTables(report: SweepReport, style: Style): readonly string[] {
  const { variants } = report;
  const hosts = movingHosts(variants);
  const all = new Set(variants.flatMap((variant) => variant.hosts.map(({ name }) => name))).size;
  const left = all > hosts.length ? `  and ${all - hosts.length} more hosts, whose share moves less: see --json or --csv\n` : '';
  return [
    `\n${style.strong('Variants')}\n`,
    table(
      report,
      variants,
      ['activations', 'failed', 'over the WAN', 'to activate', 'to fail over', 'out of service', 'in grace', 'notification', 'findings'],
      (variant) => [
        count(variant.activations.succeeded),
        count(variant.activations.failed),
        count(variant.wan.crossings),
        duration(variant.timeToActivate?.p95Ms ?? null),
        duration(variant.timeToFailOver?.p95Ms ?? null),
        duration(variant.timeOutOfService?.p95Ms ?? null),
        count(variant.worst.ootGrace),
        count(variant.worst.notification + variant.worst.disconnected),
        count(variant.findings),
      ],
    ),
    style.faint('  Times: 95th percentile of the slowest site. In grace (out of tolerance) and notification: the most at once.\n'),
    `\n${style.strong('Share and activations of each host')}\n`,
    table(
      report,
      variants,
      hosts.flatMap((name) => [name, '']),
      (variant) => hosts.flatMap((name) => hostCells(variant, name)),
    ),
    left,
  ];
}

function hostCells(variant: VariantReport, name: string): readonly string[] {
  const host = variant.hosts.find((each) => each.name === name);
  return host === undefined ? ['-', '-'] : [percent(host.share), count(host.activations)];
}

// In the order of the file, those whose share moves the most from one variant to another.
function movingHosts(variants: readonly VariantReport[]): readonly string[] {
  const shares = new Map<string, number[]>();
  for (const { hosts } of variants) for (const { name, share } of hosts) shares.set(name, [...(shares.get(name) ?? []), share ?? 0]);
  const ranked = [...shares].toSorted(([, a], [, b]) => Math.max(...b) - Math.min(...b) - (Math.max(...a) - Math.min(...a)));
  const chosen = new Set(ranked.slice(0, MOST_HOSTS).map(([name]) => name));
  return [...shares.keys()].filter((name) => chosen.has(name));
}

function spreadTable({ scenario, settings, figures }: SpreadReport, report: SweepReport, style: Style): string {
  const variants = report.variants.filter((variant) => variant.scenario === scenario && sameSettings(variant.settings, settings));
  const hosts = movingHosts(variants);
  const shown = figures.filter(
    ({ name, host, most }) => most > 0 && (host === null ? HEADLINES.has(name) : name === 'share' && hosts.includes(host)),
  );
  const heading = [
    ...(report.scenarios.length > 1 ? [`${label(report.scenarios, scenario)}${report.scenarios[scenario] ?? ''}`] : []),
    ...report.knobs.map(({ path }, at) => `${path}=${settings[at] ?? ''}`),
  ].join(', ');
  const rows = shown.map((figure) => [
    figureLabel(figure),
    WRITE[figure.unit](figure.median),
    figure.median95 === null ? '-' : `${WRITE[figure.unit](figure.median95[0])} to ${WRITE[figure.unit](figure.median95[1])}`,
    WRITE[figure.unit](figure.least),
    WRITE[figure.unit](figure.most),
  ]);
  const columns = ['median', '95 % of the median', 'least', 'most'];
  return `\n${style.strong(heading === '' ? 'Over the seeds' : escapeText(heading))}\n${formatTable(['', ...columns], rows, columns)}`;
}

const WRITE: Readonly<Record<Figure['unit'], (value: number) => string>> = { count, share: percent, ms: duration };

function sameSettings(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.every((setting, at) => setting === others[at]);
}

/** Rows of variants: what was set first. */
function table(
  { scenarios, knobs }: SweepReport,
  variants: readonly VariantReport[],
  heading: readonly string[],
  cells: (variant: VariantReport) => readonly string[],
): string {
  const lasts = knobs.map(({ path }) => path.replace(/^.*[.\]](?=[^.\]])/, ''));
  const settings = knobs.map(({ path }, at) =>
    lasts.indexOf(lasts[at] ?? '') === lasts.lastIndexOf(lasts[at] ?? '') ? (lasts[at] ?? '') : path,
  );
  const scenario = scenarios.length > 1 ? [''] : [];
  return formatTable(
    [...scenario, ...settings.map(escapeText), ...heading],
    variants.map((variant) => [
      ...scenario.map(() => label(scenarios, variant.scenario).trim()),
      ...variant.settings.map((setting) => escapeText(String(setting))),
      ...cells(variant),
    ]),
    [...settings, ...heading],
  );
}

function label(scenarios: readonly string[], at: number): string {
  return scenarios.length > 1 ? `${String.fromCodePoint(65 + at)} ` : '';
}
