import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import type { TsigAlgorithm, TsigKey } from '@srvkit/dns';

/** A key for tests: `east-key` with hmac-sha256 and a secret made from its name, unless told otherwise. */
export function makeKey(parts: { readonly name?: string; readonly algorithm?: TsigAlgorithm; readonly secret?: string } = {}): TsigKey {
  const { name = 'east-key', algorithm = 'hmac-sha256', secret = `the secret of ${name}, which has enough octets` } = parts;
  return makeTsigKey({ name: parseDomainName(name), algorithm, secret: Buffer.from(secret) });
}
