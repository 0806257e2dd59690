import { htmlPage } from '../report-page/html-page.ts';
import { PAGE_STYLE } from '../report-page/page-style.ts';
import type { SweepReport } from '../sweep/sweep-report.ts';
import { SWEEP_SCRIPT } from './sweep-script.ts';
import { SWEEP_STYLE } from './sweep-style.ts';
import { sweepTable } from './sweep-table.ts';

/** A sweep as one HTML page that needs nothing else: how each figure moves with what was turned. */
export function renderSweepReport(report: SweepReport): string {
  return htmlPage({ title: 'srvkit sweep', style: PAGE_STYLE + SWEEP_STYLE, script: SWEEP_SCRIPT, data: sweepTable(report) });
}
