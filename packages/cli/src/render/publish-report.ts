import { isGoodOutcome } from '@srvkit/publisher';
import type { PublishReport, RecordReport, ZoneReport } from '@srvkit/publisher';
import { escapeText } from './escape.ts';
import type { Style } from './style.ts';

/** A publish report for people: a line a zone, `+` added, `-` deleted, ` ` kept, then what was found and what to do. */
export function renderPublishReport(report: PublishReport, style: Style): string {
  const warnings = report.warnings.map(({ message }) => `warning: ${escapeText(message)}\n`);
  return [...report.zones.map((zone) => renderZone(zone, style)), ...warnings].join('') || `${report.outcome}\n`;
}

function renderZone(zone: ZoneReport, style: Style): string {
  const lines = [
    `${(isGoodOutcome(zone.outcome) ? style.good : style.bad)(zone.outcome)} ${style.strong(zone.domain)}${zone.primary === null ? '' : ` at ${zone.primary}`}${serials(zone)}${proof(zone)}`,
    ...zone.delete.map((record) => style.bad(`  - ${recordLine(zone, record)}`)),
    ...zone.add.map((record) => style.good(`  + ${recordLine(zone, record)}`)),
    ...zone.keep.map((record) => `    ${recordLine(zone, record)}`),
    ...zone.findings.map(({ code, message }) => `  ${code}: ${escapeText(message)}`),
    ...(zone.rights === undefined ? [] : [`  rights: ${zone.rights}`]),
    ...(zone.script === undefined || zone.script === ''
      ? []
      : [
          '  as input of nsupdate:',
          ...zone.script
            .trimEnd()
            .split('\n')
            .map((line) => `    ${line}`),
        ]),
    ...(zone.hint === undefined ? [] : [`  hint: ${escapeText(zone.hint)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function serials({ serial }: ZoneReport): string {
  if (serial.before === null || serial.after === null || serial.before === serial.after) return '';
  return `, serial ${serial.before} -> ${serial.after}`;
}

function proof(zone: ZoneReport): string {
  const last = zone.attempts.at(-1);
  const parts = [...(last !== undefined && last.tsig !== 'none' ? [`TSIG ${last.tsig}`] : []), ...(zone.verified ? ['read back'] : [])];
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}

function recordLine(zone: ZoneReport, { ttl, priority, weight, port, target }: RecordReport): string {
  return `${zone.owner} ${ttl} IN SRV ${priority} ${weight} ${port} ${target}`;
}
