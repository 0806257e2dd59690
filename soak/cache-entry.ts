import type { CachedHost } from '@srvkit/host-cache';

const SCOPES = 10;

/** The entry that a writer writes as its `number`th: it says its number, and goes round a few scopes. */
export function entryOf(slot: string, number: number): CachedHost {
  return {
    service: '_vlmcs._tcp',
    scope: `${slot}-${number % SCOPES}`,
    target: `kms-${number}.contoso.com.`,
    port: 1688,
    address: '192.0.2.1',
    since: 1,
    lastReached: number,
    provisional: false,
  };
}
