import { parseServerAddress } from '@srvkit/dns-client';
import type { ServerAddress } from '@srvkit/dns-client';
import { parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';

/** What the values of flags look like (docs/cli.md, "Parsing"). Each reader throws an `Error` that says what is allowed. */

export function text(value: string): string {
  if (value === '') throw new TypeError('the value is empty');
  return value;
}

export function domain(value: string): DomainName {
  return parseDomainName(value);
}

export function address(value: string): ServerAddress {
  return parseServerAddress(value);
}

/** Decimal digits only, within bounds. */
export function integer(minimum: number, maximum: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= minimum && number <= maximum)) {
      throw new RangeError(`${JSON.stringify(value)} is not a decimal number from ${minimum} to ${maximum}`);
    }
    return number;
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_MS = 2 ** 31 - 1; // what a timer can hold, 24 days

/** `250ms`, `3s`, `15m`, `2h`, `7d`; a bare number is milliseconds. */
export function duration(value: string): number {
  const [, digits, unit] = /^(\d{1,12})(ms|s|m|h|d|)$/.exec(value) ?? [];
  const milliseconds = Number(digits) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  if (!(milliseconds >= 0 && milliseconds <= LONGEST_MS)) {
    throw new RangeError(`${JSON.stringify(value)} is not a duration such as 250ms, 3s, 15m, 2h or 7d (24 days at most)`);
  }
  return milliseconds;
}

/** A duration of at least one millisecond. */
export function deadline(value: string): number {
  const milliseconds = duration(value);
  if (milliseconds === 0) throw new RangeError('0 leaves no time: give at least 1ms');
  return milliseconds;
}

export function choice<const T extends string>(...allowed: readonly T[]): (value: string) => T {
  return (value) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new TypeError(`${JSON.stringify(value)} is not one of ${allowed.join(', ')}`);
    return found;
  };
}
