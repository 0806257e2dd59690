import { ParseError } from './parse-error.ts';

/**
 * The text of an IPv4 or IPv6 address given as its 4 or 16 octets; IPv6 as RFC 5952 section 4 wants it, IPv4-mapped addresses with
 * dotted quad (section 5). Throws `RangeError` for any other length.
 */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return formatIpv4(number32(octets, 0));
  if (octets.length !== 16) throw new RangeError(`An address has 4 or 16 octets, not ${octets.length}`);
  const groups = Array.from({ length: 8 }, (_, index) => ((octets[2 * index] ?? 0) << 8) | (octets[2 * index + 1] ?? 0));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return `::ffff:${formatIpv4(number32(octets, 12))}`;
  const gap = longestZeroRun(groups);
  const text = groups.map((group) => group.toString(16));
  if (gap.length < 2) return text.join(':');
  return `${text.slice(0, gap.start).join(':')}::${text.slice(gap.start + gap.length).join(':')}`;
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
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

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

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 1 ? [] : parseGroups(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  const octets = new Uint8Array(16);
  octets.set(head);
  octets.set(tail, 16 - tail.length);
  return octets;
}

/** Groups of hexadecimal digits between colons; the last of the whole address may be a dotted quad (RFC 4291 section 2.2). */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (last && index === groups.length - 1 && group.includes('.')) {
      const quad = ipv4Octets(group);
      if (quad === undefined) return undefined;
      octets.push(...quad);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(group) || octets.length > 14) return undefined;
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
    }
  }
  return octets.length > 16 ? undefined : octets;
}

function ipv4Octets(text: string): Uint8Array | undefined {
  const address = parseIpv4(text);
  return address === undefined ? undefined : Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
}

function number32(octets: Uint8Array, at: number): number {
  return (((octets[at] ?? 0) << 24) | ((octets[at + 1] ?? 0) << 16) | ((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0)) >>> 0;
}

/** The first of the longest runs of zero groups. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
