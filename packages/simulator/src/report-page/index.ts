export { renderHtmlReport } from './render-html-report.ts';
export { renderSweepReport } from '../sweep-page/render-sweep-report.ts';
