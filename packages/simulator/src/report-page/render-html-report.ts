import type { SimulationReport } from '../report/simulation-report.ts';
import { htmlPage } from './html-page.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

/** A report as one HTML page that needs nothing else: no network, no other file. */
export function renderHtmlReport(report: SimulationReport): string {
  return htmlPage({ title: 'srvkit simulation', style: PAGE_STYLE, script: PAGE_SCRIPT, data: report });
}
