import type { Figures, Row, SkippedRow, Unit } from './row.ts';

/** A row as a line of text, its columns aligned with those of the other rows. */
export function formatRow(row: Row | SkippedRow): string {
  const name = row.name.padEnd(34);
  if (row.kind === 'skipped') return `${name} skipped: ${row.why}`;
  const peer = row.peer === null ? '' : `${row.peerName} ${formatFigures(row.peer, row.unit)}`;
  const ratio = row.ratio === null ? '' : row.ratio.toFixed(2);
  return [
    name,
    formatFigures(row.ours, row.unit).padEnd(30),
    peer.padEnd(46),
    ratio.padStart(6),
    ` ${(row.target ?? 'for comparison').padEnd(24)}`,
    row.met === null ? '' : row.met ? 'met' : 'missed',
  ]
    .join(' ')
    .trimEnd();
}

function formatFigures({ median, least, most }: Figures, unit: Unit): string {
  return `${short(median)} ${unit} (${short(least)} to ${short(most)})`;
}

/** Three digits are as many as the machine is worth. */
function short(figure: number): string {
  if (figure >= 100_000) return `${Math.round(figure / 1000)}k`;
  return figure >= 100 ? String(Math.round(figure)) : figure.toPrecision(3);
}
