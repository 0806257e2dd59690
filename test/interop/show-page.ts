import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ExecutionContext } from 'ava';
import { launchChromium } from './chromium.ts';
import type { Page } from './chromium.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Opens a page of ours in Chromium and looks at it; the browser must have nothing to complain about, and ask nobody for anything. */
export async function showPage(
  t: ExecutionContext,
  html: string,
  { colorScheme, width }: { readonly colorScheme: 'light' | 'dark'; readonly width: number },
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const path = join(await temporaryFolder(t), 'report.html');
  await writeFile(path, html);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(path).href);
    await look(page);
    t.deepEqual(complaints, []);
  } finally {
    await browser.close();
  }
}
