import { ParseError, parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { formatServerAddress, isAddress } from './server-address.ts';

/** What the system's resolver is told by resolv.conf(5). */
export interface SystemConfiguration {
  /** `HOST:PORT` and `[V6]:PORT`, in order. Empty when the file names none: nothing is assumed. */
  readonly servers: readonly string[];
  /** The suffix search list, in order. */
  readonly search: readonly DomainName[];
  /** The domain of this machine: `domain`, or else the first of the search list. */
  readonly domain: DomainName | undefined;
  /** `options timeout:N`, in milliseconds. */
  readonly tryTimeoutMs: number | undefined;
  /** `options attempts:N`. */
  readonly attempts: number | undefined;
  /** What was passed over, with its line: a resolver should not fail because of a word it does not know. */
  readonly ignored: readonly { readonly line: number; readonly text: string }[];
}

/**
 * Reads the text of resolv.conf. Of several `domain` and `search` lines the last one holds. Without any, the search list is the
 * domain of `hostName`, as resolv.conf(5) has it. Pure: `readSystemConfiguration` reads the file.
 */
export function systemConfiguration(text: string, options: { readonly hostName?: string } = {}): SystemConfiguration {
  const servers: string[] = [];
  const ignored: { line: number; text: string }[] = [];
  let search: DomainName[] | undefined;
  let domain: DomainName | undefined;
  let tryTimeoutMs: number | undefined;
  let attempts: number | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const [keyword, ...words] = raw
      .replace(/(^|\s)[#;].*$/, '')
      .trim()
      .split(/\s+/);
    const ignore = (text: string): void => void ignored.push({ line: index + 1, text });
    if (keyword === 'nameserver') {
      const host = words[0] ?? '';
      if (isAddress(host)) servers.push(formatServerAddress({ host, port: 53 }));
      else ignore(raw);
    } else if (keyword === 'search' || keyword === 'domain') {
      search = (keyword === 'domain' ? words.slice(0, 1) : words).flatMap((word) => parseSuffix(word, ignore));
      domain = search[0];
    } else if (keyword === 'options') {
      for (const word of words) {
        const [, name, value] = /^(timeout|attempts):(\d{1,4})$/.exec(word) ?? [];
        if (name === 'timeout') tryTimeoutMs = Math.max(1, Number(value)) * 1000;
        if (name === 'attempts') attempts = Math.max(1, Number(value));
      }
    } else if (keyword !== '' && keyword !== 'sortlist') {
      ignore(raw);
    }
  }
  search ??= hostDomain(options.hostName);
  return { servers, search, domain: domain ?? search[0], tryTimeoutMs, attempts, ignored };
}

function parseSuffix(word: string, ignore: (text: string) => void): DomainName[] {
  try {
    const name = parseDomainName(word);
    return name.isRoot ? [] : [name];
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    ignore(word);
    return [];
  }
}

function hostDomain(hostName: string | undefined): DomainName[] {
  const domain = hostName === undefined ? undefined : domainOfHost(hostName, hostName);
  return domain === undefined ? [] : [domain];
}

/**
 * What follows the first label of a full name; undefined without a dot, or when it is the name of another host (`localhost.localdomain`).
 */
export function domainOfHost(fullName: string, hostName: string): DomainName | undefined {
  const dot = fullName.indexOf('.');
  if (dot < 0 || fullName.slice(0, dot).toLowerCase() !== hostName.split('.')[0]?.toLowerCase()) return undefined;
  return parseSuffix(fullName.slice(dot + 1), () => {})[0];
}
