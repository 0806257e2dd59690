import type { CachedHost } from '@srvkit/discovery';
import { parseServiceName } from '@srvkit/discovery';
import { addressFamily, parseDomainName, ParseError } from '@srvkit/dns';

const MAX_SCOPE_LENGTH = 4096;

/**
 * Reads one remembered host from what a store holds. Nothing is taken on trust: every field is checked and everything else left out.
 * Throws a `TypeError` that names the field.
 */
export function parseEntry(value: unknown): CachedHost {
  if (typeof value !== 'object' || value === null) throw new TypeError('a remembered host is not an object');
  const { service, scope, target, port, address, since, lastReached, provisional } = value as Record<string, unknown>;
  return {
    service: check('service', service, isService),
    scope: check('scope', scope, isScope),
    target: check('target', target, isTarget),
    port: check('port', port, isPort),
    address: check('address', address, isAddress),
    since: check('since', since, isInstant),
    lastReached: check('lastReached', lastReached, isInstant),
    provisional: check('provisional', provisional, isBoolean),
  };
}

function check<T>(field: string, value: unknown, isRight: (value: unknown) => value is T): T {
  if (isRight(value)) return value;
  throw new TypeError(`the ${field} of a remembered host is not right: ${JSON.stringify(value)?.slice(0, 80) ?? 'missing'}`);
}

/** `_service._proto` as we write it. */
export function isService(value: unknown): value is string {
  return typeof value === 'string' && reads(() => parseServiceName(value)) === value;
}

function isScope(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_SCOPE_LENGTH;
}

/** An absolute name as we write it: hosts are remembered from DNS only. */
export function isTarget(value: unknown): value is string {
  return typeof value === 'string' && value !== '.' && reads(() => parseDomainName(value).toString()) === value;
}

/** 1 to 65535. */
export function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
}

function isAddress(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && addressFamily(value) !== undefined);
}

function isInstant(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function reads(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
