import { readFile } from 'node:fs/promises';
import { parseScenario, simulate } from '@srvkit/simulator';
import { renderHtmlReport } from '@srvkit/simulator/report';
import { judgeTest } from './judge-test.ts';
import { showPage } from './show-page.ts';

const file = 'fixtures/scenarios/east-west.yaml';
const report = simulate(parseScenario(await readFile(file, 'utf8'), { file }));

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1200, 400]) {
    judgeTest(
      ['chromium'],
      `Chromium shows the page of a simulation without complaint, ${colorScheme}, ${width} pixels wide`,
      async (t) => {
        await showPage(t, renderHtmlReport(report), { colorScheme, width }, async (page) => {
          t.is(await page.title(), 'east-west: srvkit simulation');
          t.deepEqual(await page.locator('#findings li').allTextContents(), [...report.findings]);
          t.is(await page.locator('polyline').count(), report.hosts.length);
          t.is(await page.locator('circle').count(), report.sites.length);
          t.is(await page.evaluate('document.documentElement.scrollWidth'), width); // nothing is wider than the window
          await page.locator('select').selectOption({ label: 'west' });
          t.true((await page.locator('polygon').count()) > 0);
        });
      },
    );
  }
}

judgeTest(['chromium'], 'names made to break out of the page are shown as they are written', async (t) => {
  const name = '</script><img src=x onerror="document.title=1"><script>document.title=2</script><!--';
  const [host, ...hosts] = report.hosts;
  const hostile = { ...report, scenario: name, findings: [name], hosts: host === undefined ? [] : [{ ...host, name }, ...hosts] };
  await showPage(t, renderHtmlReport(hostile), { colorScheme: 'light', width: 800 }, async (page) => {
    t.is(await page.title(), `${name}: srvkit simulation`);
    t.is(await page.locator('h1').textContent(), name);
    t.is(await page.locator('#findings li').textContent(), name);
    t.is(await page.locator('script').count(), 2);
    t.is(await page.locator('img').count(), 0);
  });
});
