import { createHash } from 'node:crypto';
import test from 'ava';
import { renderHtmlReport } from '../src/report-page/index.ts';
import { report } from './small-report.ts';

const HOSTILE = ['</script><script>alert(1)</script>', '<!--<script>', '\u2028&quot;"\'', ']]>', '\u202Egnp.exe'];

for (const name of HOSTILE) {
  test(`the page holds ${JSON.stringify(name)} as data that nothing can break out of`, (t) => {
    const hostile = { ...report, scenario: name, findings: [name] };
    const html = renderHtmlReport(hostile);
    const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
    t.deepEqual(JSON.parse(data), hostile);
    t.notRegex(data, /[<>&\u2028\u2029]/);
    // What is not data is the same for every scenario.
    t.is(html.replace(data, ''), renderHtmlReport(report).replace(/(id="data">).*?(<\/script>)/s, '$1$2'));
  });
}

test('the policy allows the style and the script of the page, by their hashes, and no network', (t) => {
  const html = renderHtmlReport(report);
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const [, style] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
  const [, script] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
  t.is(policy, `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`);
});

function hash(text = ''): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
