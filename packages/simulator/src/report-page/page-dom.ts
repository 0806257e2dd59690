/** The little of a browser's document that the page's script uses. */
export interface PageDocument {
  title: string;
  readonly defaultView: PageWindow;
  createElement(name: string): PageElement;
  createElementNS(namespace: string, name: string): PageElement;
  querySelector(selector: string): PageElement | null;
}

export interface PageElement {
  textContent: string;
  /** Of a `select`. */
  readonly value: string;
  readonly clientWidth: number;
  append(...children: readonly (PageElement | string)[]): void;
  replaceChildren(...children: readonly (PageElement | string)[]): void;
  setAttribute(name: string, value: string): void;
  getBoundingClientRect(): { readonly left: number; readonly width: number };
  addEventListener(type: string, listener: (event: { readonly clientX: number }) => void): void;
}

interface PageWindow {
  addEventListener(type: string, listener: () => void): void;
}
