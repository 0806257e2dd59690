import type { DomainName } from '../domain-name.ts';
import { leastMacOctets, TSIG_ALGORITHMS } from './algorithm.ts';
import type { TsigAlgorithm } from './algorithm.ts';

/** A shared secret with its name (RFC 8945 section 1.2). The secret is in no output: not of `JSON.stringify`, `console.log` or a copy by spreading. */
export interface TsigKey {
  readonly name: DomainName;
  readonly algorithm: TsigAlgorithm;
  /** Octets of a MAC that are sent, and the fewest accepted; fewer than the algorithm's own mean truncation (RFC 8945 section 5.2.2.1). */
  readonly macOctets: number;
  readonly secret: Uint8Array;
}

/** What `makeTsigKey` is given. */
export interface TsigKeyParts {
  readonly name: DomainName;
  /** `hmac-sha256` unless given. */
  readonly algorithm?: TsigAlgorithm;
  readonly secret: Uint8Array;
  /** All the octets of the algorithm's MAC unless given. */
  readonly macOctets?: number;
}

/** Makes a key. Throws `RangeError` for an empty secret, and for a `macOctets` that RFC 8945 section 5.2.2.1 does not allow. */
export function makeTsigKey(parts: TsigKeyParts): TsigKey {
  const { name, secret, algorithm = 'hmac-sha256' } = parts;
  const whole = TSIG_ALGORITHMS[algorithm].macOctets;
  const least = Math.min(whole, leastMacOctets(algorithm));
  const macOctets = parts.macOctets ?? whole;
  if (secret.length === 0) throw new RangeError(`The secret of the key ${name.toString()} is empty`);
  if (!Number.isInteger(macOctets) || macOctets < least || macOctets > whole)
    throw new RangeError(`A MAC of ${algorithm} has from ${least} to ${whole} octets, not ${macOctets}`);
  return new SecretKey(name, algorithm, macOctets, secret);
}

// A private field behind a getter of the prototype: nothing that walks an object's own properties comes across it.
class SecretKey implements TsigKey {
  readonly name: DomainName;
  readonly algorithm: TsigAlgorithm;
  readonly macOctets: number;
  readonly #secret: Uint8Array;

  constructor(name: DomainName, algorithm: TsigAlgorithm, macOctets: number, secret: Uint8Array) {
    this.name = name;
    this.algorithm = algorithm;
    this.macOctets = macOctets;
    this.#secret = Uint8Array.from(secret);
  }

  get secret(): Uint8Array {
    return this.#secret;
  }
}
