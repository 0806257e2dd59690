import { readFile } from 'node:fs/promises';
import { simulate } from '@srvkit/simulator';
import { renderSweepReport } from '@srvkit/simulator/report';
import { makeSweep, parseKnob, sweepReport, variantFigures } from '@srvkit/simulator/sweep';
import type { SweepOptions, SweepReport } from '@srvkit/simulator/sweep';
import { judgeTest } from './judge-test.ts';
import { showPage } from './show-page.ts';

const text = await readFile('fixtures/scenarios/cold-backup.yaml', 'utf8');

function swept(options: SweepOptions): SweepReport {
  const sweep = makeSweep([{ text }], options);
  return sweepReport(
    sweep,
    sweep.variants.map(({ scenario, seed }) => variantFigures(simulate(scenario, { seed }))),
  );
}

const knobs = ['timeline[1].at=35d,40d,45d', 'policies.law=rfc2782,uniform'].map(parseKnob);
const report = swept({ knobs, seeds: 2 });

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1200, 400]) {
    judgeTest(['chromium'], `Chromium shows the page of a sweep without complaint, ${colorScheme}, ${width} pixels wide`, async (t) => {
      await showPage(t, renderSweepReport(report), { colorScheme, width }, async (page) => {
        t.is(await page.title(), 'cold-backup: srvkit sweep');
        t.is(await page.locator('tbody tr').count(), 6); // a row for each combination
        t.is(await page.evaluate('document.documentElement.scrollWidth'), width); // nothing is wider than the window
        // Along the time of the restore: lines for two hosts, and what the law says of them, in bands over the seeds.
        t.is(await page.locator('.charts section:first-child polyline').count(), 4);
        t.is(await page.locator('.charts section:first-child polygon').count(), 2);
        t.is(await page.locator('.charts section:first-child circle').count(), 6);
        // Along the laws, which are words: dots alone.
        await page.locator('#axis').selectOption({ label: 'policies.law' });
        t.is(await page.locator('.charts section:first-child polyline').count(), 0);
        t.is(await page.locator('.charts section:first-child circle').count(), 4);
      });
    });
  }
}

judgeTest(['chromium'], 'of one scenario with many seeds there is a dot for each, and how each figure is spread', async (t) => {
  await showPage(t, renderSweepReport(swept({ seeds: 7 })), { colorScheme: 'light', width: 1000 }, async (page) => {
    t.is(await page.locator('.charts section:first-child circle').count(), 14);
    t.is(await page.locator('select').count(), 0);
    const cells = await page.locator('tbody tr:first-child td').allTextContents();
    t.deepEqual(cells, ['clients', '500', '500 to 500', '500', '500']);
  });
});

judgeTest(['chromium'], 'names made to break out of the page of a sweep are shown as they are written', async (t) => {
  const name = '</script><img src=x onerror="document.title=1"><script>document.title=2</script><!--';
  const hostile: SweepReport = { ...report, scenarios: [name], knobs: report.knobs.map((knob) => ({ ...knob, path: name })) };
  await showPage(t, renderSweepReport(hostile), { colorScheme: 'light', width: 800 }, async (page) => {
    t.is(await page.title(), `${name}: srvkit sweep`);
    t.is(await page.locator('h1').textContent(), name);
    t.is(await page.locator('th:first-child').textContent(), name);
    t.is(await page.locator('script').count(), 2);
    t.is(await page.locator('img').count(), 0);
  });
});
