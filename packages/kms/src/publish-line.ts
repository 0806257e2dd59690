import { addressFamily, DomainName } from '@srvkit/dns';
import { SettingsError } from '@srvkit/settings';
import { parseDomain } from './host-port.ts';
import type { Profile } from './profile.ts';

/** One line of `DnsDomainPublishList`. */
export interface PublishLine {
  /** Where to publish; for a host entry, the host (kms P-11). */
  readonly domain: DomainName;
  /** 0 to 65535; 0 unless given. */
  readonly priority: number;
  /** 0 to 65535; 0 unless given. */
  readonly weight: number;
  /** The first field is a host name, as in the guide's Table 5: a single label, or one that begins with a label with an underscore. */
  readonly namesHost: boolean;
}

/**
 * Reads `domain [, priority [, weight]]`: commas, blanks around the fields, decimal numbers from 0 to 65535, a final dot allowed (kms P-08,
 * P-10, P-17, 12.3). Vista's lines are a domain alone (kms P-09). Throws `SettingsError` `BAD_PUBLISH_LINE`; the number of the line is the
 * caller's to add.
 */
export function parsePublishLine(text: string, profile: Profile = 'windows'): PublishLine {
  const fields = text.split(',').map((field) => field.trim());
  const [first = '', priority, weight] = fields;
  if (fields.length > 3) throw badLine(`${quoted(text)} has ${fields.length} fields: write "domain, priority, weight"`);
  if (profile === 'vista' && fields.length > 1) throw badLine(`${quoted(text)} has numbers: Vista and Server 2008 list the domain alone`);
  if (addressFamily(first) !== undefined) throw badLine(`${quoted(first)} is an address: write the domain to publish in`);
  const domain = parseDomain(first, 'BAD_PUBLISH_LINE');
  return {
    domain,
    priority: priority === undefined ? 0 : parseNumber('priority', priority),
    weight: weight === undefined ? 0 : parseNumber('weight', weight),
    namesHost: domain.labelCount === 1 || (first.split('.')[0] ?? '').includes('_'),
  };
}

/** The line as Microsoft writes it: `east.contoso.com, 10, 75`. */
export function formatPublishLine({ domain, priority, weight }: Pick<PublishLine, 'domain' | 'priority' | 'weight'>): string {
  return `${domain.toString().slice(0, -1)}, ${priority}, ${weight}`;
}

function parseNumber(what: string, text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number <= 65_535) return number;
  throw badLine(`the ${what} ${quoted(text)} is not a whole number from 0 to 65535: correct it, or leave it out for 0`);
}

function badLine(message: string): SettingsError {
  return new SettingsError('BAD_PUBLISH_LINE', message);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
