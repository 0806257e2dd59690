import type { PageDocument, PageElement } from './page-dom.ts';

// Parts of the page's script: each function of this folder that the script holds may use only the others and its arguments.

/** Text as it is, but for what could hide or turn around what stands beside it. */
export function shown(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (hidden) => `\\u{${(hidden.codePointAt(0) ?? 0).toString(16)}}`);
}

/** An element with attributes; text among its children is text and nothing else. */
export function element(
  page: PageDocument,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly (PageElement | string)[]
): PageElement {
  const made = page.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children.map((child) => (typeof child === 'string' ? shown(child) : child)));
  return made;
}

/** The same for drawings. */
export function svg(
  page: PageDocument,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly (PageElement | string)[]
): PageElement {
  const made = page.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children.map((child) => (typeof child === 'string' ? shown(child) : child)));
  return made;
}

/** `1,234,567`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `37.44 %`. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(2)} %`;
}

/** `40 ms`, `6.1 s`, `4.0 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`;
  return ms < 86_400_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} d`;
}

/** In place of a chart or table without content. */
export function noneOf(page: PageDocument, sentence: string): PageElement {
  return element(page, 'p', { class: 'quiet' }, sentence);
}
