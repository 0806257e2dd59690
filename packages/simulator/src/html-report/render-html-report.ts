import { createHash } from 'node:crypto';
import type { SimulationReport } from '../simulation-report.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

/**
 * A report as one HTML page that needs nothing else: no network, no other file. Everything that comes from the scenario is in a block of
 * JSON that nothing can break out of, and only the page's own script, known by its hash, may run.
 */
export function renderHtmlReport(report: SimulationReport): string {
  const policy = `default-src 'none'; style-src ${hashOf(PAGE_STYLE)}; script-src ${hashOf(PAGE_SCRIPT)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>srvkit simulation</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main id="report"><noscript>This page draws its charts with a script of its own: allow it to run.</noscript></main>
<script type="application/json" id="data">${embeddable(report)}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

// A parser of HTML ends the block at `</script` and reads `<!--` in a way of its own; without `<` there is neither.
function embeddable(report: SimulationReport): string {
  return JSON.stringify(report).replaceAll(/[<>&\u2028\u2029]/g, (unsafe) => `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
