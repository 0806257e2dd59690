import { createRequire } from 'node:module';
import { pathOf } from './program.ts';

// What the tests use of playwright-core. Its own types want those of a browser, which would then be global in all our code.
interface Playwright {
  readonly chromium: { launch(options: { readonly executablePath: string; readonly args: readonly string[] }): Promise<Browser> };
}

export interface Browser {
  newPage(options: {
    readonly colorScheme: 'light' | 'dark';
    readonly viewport: { readonly width: number; readonly height: number };
  }): Promise<Page>;
  close(): Promise<void>;
}

export interface Page {
  on(event: 'console', listener: (message: { text(): string }) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
  goto(url: string): Promise<unknown>;
  title(): Promise<string>;
  evaluate(expression: string): Promise<unknown>;
  locator(selector: string): Locator;
}

interface Locator {
  allTextContents(): Promise<string[]>;
  textContent(): Promise<string | null>;
  count(): Promise<number>;
  selectOption(option: { readonly label: string }): Promise<unknown>;
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's Chromium without a window, which asks nobody on the network. */
export function launchChromium(): Promise<Browser> {
  const { chromium } = createRequire(import.meta.url)('playwright-core') as Playwright;
  return chromium.launch({ executablePath: pathOf('chromium'), args: FLAGS });
}
