import { NO_FAILOVER } from './census.ts';
import type { Question } from './census.ts';
import type { LabReport } from './lab-report.ts';
import { formatMinutes } from './minutes.ts';
import type { Share } from './exact-test.ts';
import type { Comparison } from './verdict.ts';

/** A report for people: period by period, what was measured beside what was predicted, and the verdict. */
export function formatReport(report: LabReport): string {
  const { scenario, variant, seed, clients, hours, processes, realMs, passes, runs, failovers } = report;
  const lines = [
    `${scenario} (${variant}, seed ${seed}): ${clients} clients in ${processes} processes, ${hours} hours in ${(realMs / 1000).toFixed(1)} s, ${passes} passes of discovery`,
    `simulated: by ${runs} simulations with other seeds. law: the exact chance, where it is known. error: one standard deviation of measured.`,
    ...report.periods.flatMap(({ minute, events }, period) => {
      const title = period === 0 ? 'from the beginning' : `from ${formatMinutes(minute)}: ${events.join(', ')}`;
      const rows = report.comparisons.filter((comparison) => comparison.period === period && isTelling(comparison));
      return ['', title, ...table(rows.toSorted(byGroup), report.level)];
    }),
    '',
  ];
  if (failovers !== null) {
    const { count, medianMs, worstMs } = failovers;
    lines.push(
      `${count} passes failed over. From the first failure on they took ${medianMs.toFixed(0)} ms of real time in the median, ${worstMs.toFixed(0)} ms at worst.`,
    );
  }
  return `${[...lines, formatVerdict(report)].join('\n')}\n`;
}

function formatVerdict({ verdict, level, comparisons }: LabReport): string {
  const least = Math.min(1, ...comparisons.map(({ adjusted }) => adjusted));
  const judged = `${comparisons.length} exact comparisons, adjusted by Holm's method, level ${level}`;
  return `Verdict: ${verdict} (${judged}; the least likely difference has a chance of ${formatChance(least)}).`;
}

const HEADING = ['group', 'what', 'measured', 'error', 'simulated', 'law', 'z', 'chance'];
const ORDER: readonly Question[] = ['passes', 'share', 'failover', 'delay'];

function byGroup(a: Comparison, b: Comparison): number {
  return (
    a.group.localeCompare(b.group, 'en') ||
    ORDER.indexOf(a.question) - ORDER.indexOf(b.question) ||
    a.category.localeCompare(b.category, 'en', { numeric: true })
  );
}

// What happens to all on both sides need not be said, where it is that nothing happened.
function isTelling({ question, category, measured, simulated }: Comparison): boolean {
  const isSure = measured.count === measured.of && simulated.count === simulated.of;
  return !isSure || (category !== NO_FAILOVER && question !== 'passes');
}

function table(rows: readonly Comparison[], level: number): string[] {
  const cells = rows.map((row) => [
    row.group,
    nameOf(row),
    `${row.measured.count}/${row.measured.of} ${percent(row.measured)}`,
    errorOf(row.measured),
    percent(row.simulated),
    row.law === null ? '-' : percent({ count: row.law, of: 1 }),
    row.z.toFixed(2),
    `${formatChance(row.chance)}${row.adjusted <= level ? ' DIFFERS' : ''}`,
  ]);
  const all = [HEADING, ...cells];
  const widths = HEADING.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all.map((line) => `  ${line.map((cell, column) => pad(cell, widths[column] ?? 0, column > 1)).join('  ')}`.trimEnd());
}

function nameOf({ question, category }: Comparison): string {
  switch (question) {
    case 'share':
      return `served by ${category}`;
    case 'failover':
      return category === NO_FAILOVER ? 'no failover' : category;
    case 'delay':
      return category === NO_FAILOVER ? 'not failed over' : `failed over ${category}`;
    case 'passes':
      return `${category} passes`;
    default:
      return question satisfies never;
  }
}

function pad(text: string, width: number, isRight: boolean): string {
  return isRight ? text.padStart(width) : text.padEnd(width);
}

function percent({ count, of }: Share): string {
  return of === 0 ? '-' : `${((100 * count) / of).toFixed(2)} %`;
}

function errorOf({ count, of }: Share): string {
  const share = count / of;
  return of === 0 ? '-' : (100 * Math.sqrt((share * (1 - share)) / of)).toFixed(2);
}

function formatChance(chance: number): string {
  return chance >= 0.001 ? chance.toFixed(3) : chance.toExponential(1);
}
