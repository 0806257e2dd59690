import type { SimulationReport } from '@srvkit/simulator';

/** How fast reports were made. Not part of any document: those are the same on every machine. */
export function speedLine(reports: readonly Pick<SimulationReport, 'activations'>[], elapsedMs: number): string {
  const passes = reports.reduce((sum, { activations: { succeeded, failed } }) => sum + succeeded + failed, 0);
  const rate = elapsedMs > 0 ? `, ${Math.round(passes / elapsedMs)} thousand a second` : '';
  return `${passes} passes in ${(elapsedMs / 1000).toFixed(1)} s${rate}, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB resident\n`;
}
