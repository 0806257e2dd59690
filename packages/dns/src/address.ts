import { ParseError } from './parse-error.ts';

/**
 * The text of an IPv4 or IPv6 address given as its 4 or 16 octets; IPv6 as RFC 5952 section 4 wants it, IPv4-mapped addresses with
 * dotted quad (section 5). Throws `RangeError` for any other length.
 */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return formatIpv4(number32(octets, 0));
  if (octets.length !== 16) throw new RangeError(`An address has 4 or 16 octets, not ${octets.length}`);
  return isMapped(octets) ? `::ffff:${formatIpv4(number32(octets, 12))}` : formatGroups(octets);
}

/** The 4 octets of an IPv4 address or the 16 of an IPv6 one. Throws `ParseError` (`BAD_ADDRESS`) when the text is neither. */
export function parseAddress(text: string): Uint8Array {
  const octets = text.includes(':') ? parseIpv6(text) : ipv4Octets(text);
  if (octets === undefined)
    throw new ParseError('BAD_ADDRESS', `${JSON.stringify(text.slice(0, 80))} is not an IP address: write 192.0.2.1 or 2001:db8::1`);
  return octets;
}

/** The text of an IPv4 address given as an unsigned 32-bit number. */
export function formatIpv4(address: number): string {
  return `${DOTTED[address >>> 24]}${DOTTED[(address >>> 16) & 0xff]}${DOTTED[(address >>> 8) & 0xff]}${address & 0xff}`;
}

/** Each octet with its dot: half as many texts to put together. */
const DOTTED: readonly string[] = Array.from({ length: 256 }, (_, octet) => `${octet}.`);

/** An IPv4 address as an unsigned 32-bit number: four decimal numbers without leading zeros. Undefined when the text is anything else. */
export function parseIpv4(text: string): number | undefined {
  let address = 0;
  let dots = 0;
  let value = -1;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0x2e) {
      if (value < 0 || dots === 3) return undefined;
      address = (address << 8) | value;
      dots += 1;
      value = -1;
      continue;
    }
    if (character < 0x30 || character > 0x39 || value === 0) return undefined;
    value = (value < 0 ? 0 : value * 10) + character - 0x30;
    if (value > 255) return undefined;
  }
  return dots === 3 && value >= 0 ? ((address << 8) | value) >>> 0 : undefined;
}

/** 4 or 6 when the text is an IP address, undefined when it is not. No zone index, no brackets, no port. */
export function addressFamily(text: string): 4 | 6 | undefined {
  if (text.includes(':')) return parseIpv6(text) === undefined ? undefined : 6;
  return parseIpv4(text) === undefined ? undefined : 4;
}

/** Groups of hexadecimal digits between colons, one run of them left out as `::`, the last two perhaps a dotted quad (RFC 4291 section 2.2). */
function parseIpv6(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(16);
  let filled = 0;
  let gap = -1; // where in `octets` the `::` was
  let at = 0;
  if (text.startsWith('::')) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    if (filled === 16) return undefined;
    const colon = text.indexOf(':', at);
    const end = colon < 0 ? text.length : colon;
    if (colon < 0 && filled <= 12 && text.includes('.', at)) {
      const quad = parseIpv4(text.slice(at));
      if (quad === undefined) return undefined;
      for (let shift = 24; shift >= 0; shift -= 8, filled += 1) octets[filled] = quad >>> shift;
      break;
    }
    const group = parseGroup(text, at, end);
    if (group < 0) return undefined;
    octets[filled] = group >> 8;
    octets[filled + 1] = group;
    filled += 2;
    if (colon < 0) break;
    at = end + 1;
    if (at === text.length) return undefined;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return undefined;
      gap = filled;
      at += 1;
    }
  }
  if (gap < 0) return filled === 16 ? octets : undefined;
  if (filled > 14) return undefined;
  octets.copyWithin(16 - (filled - gap), gap, filled);
  return octets.fill(0, gap, 16 - (filled - gap));
}

const COLON = 0x3a;

/** One to four hexadecimal digits; -1 when the text is anything else. */
function parseGroup(text: string, start: number, end: number): number {
  if (end === start || end - start > 4) return -1;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const character = text.charCodeAt(at);
    const letter = character | 0x20;
    if (character >= 0x30 && character <= 0x39) value = value * 16 + character - 0x30;
    else if (letter >= 0x61 && letter <= 0x66) value = value * 16 + letter - 0x57;
    else return -1;
  }
  return value;
}

function ipv4Octets(text: string): Uint8Array | undefined {
  const address = parseIpv4(text);
  return address === undefined ? undefined : Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
}

function number32(octets: Uint8Array, at: number): number {
  return (((octets[at] ?? 0) << 24) | ((octets[at + 1] ?? 0) << 16) | ((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0)) >>> 0;
}

/** Whether the address is in ::ffff:0:0/96 (RFC 5952 section 5). */
function isMapped(octets: Uint8Array): boolean {
  for (let at = 0; at < 10; at += 1) if (octets[at] !== 0) return false;
  return octets[10] === 0xff && octets[11] === 0xff;
}

/** Eight groups, the first of the longest runs of zero groups as `::` (RFC 5952 section 4.2). */
function formatGroups(octets: Uint8Array): string {
  const gap = longestZeroRun(octets);
  let text = '';
  for (let group = 0; group < 8; group += 1) {
    if (group === gap.start) {
      text += '::';
      group += gap.length - 1;
    } else {
      if (group > 0 && group !== gap.start + gap.length) text += ':';
      text += groupAt(octets, group).toString(16);
    }
  }
  return text;
}

/** Start and length in groups; start -1 when no run is longer than one group. */
function longestZeroRun(octets: Uint8Array): { readonly start: number; readonly length: number } {
  let start = -1;
  let length = 1;
  let run = 0;
  for (let group = 0; group < 8; group += 1) {
    run = groupAt(octets, group) === 0 ? run + 1 : 0;
    if (run > length) {
      length = run;
      start = group + 1 - run;
    }
  }
  return { start, length };
}

function groupAt(octets: Uint8Array, group: number): number {
  return ((octets[2 * group] ?? 0) << 8) | (octets[2 * group + 1] ?? 0);
}
