import { createHash } from 'node:crypto';

/** What one page is made of. */
export interface HtmlPage {
  readonly title: string;
  readonly style: string;
  /** It finds its data in the element `data` and fills the element `report`. */
  readonly script: string;
  readonly data: unknown;
}

/**
 * One HTML page that needs nothing else: no network, no other file. Everything that comes from outside is in a block of JSON that nothing
 * can break out of, and only the page's own script, known by its hash, may run.
 */
export function htmlPage({ title, style, script, data }: HtmlPage): string {
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main id="report"><noscript>This page draws its charts with a script of its own: allow it to run.</noscript></main>
<script type="application/json" id="data">${embeddable(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

// A parser of HTML ends the block at `</script` and reads `<!--` in a way of its own; without `<` there is neither.
function embeddable(data: unknown): string {
  return JSON.stringify(data).replaceAll(/[<>&\u2028\u2029]/g, (unsafe) => `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
