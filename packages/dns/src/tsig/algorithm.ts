import { parseDomainName } from '../domain-name.ts';
import type { DomainName } from '../domain-name.ts';

/** The algorithms of RFC 8945 section 6 that are built on HMAC. The last three before the weak ones always send truncated MACs. */
export type TsigAlgorithm =
  | 'hmac-sha256'
  | 'hmac-sha224'
  | 'hmac-sha384'
  | 'hmac-sha512'
  | 'hmac-sha256-128'
  | 'hmac-sha384-192'
  | 'hmac-sha512-256'
  | 'hmac-sha1'
  | 'hmac-md5';

/** What a TSIG algorithm is made of. */
export interface AlgorithmFacts {
  /** Its name for `node:crypto`. */
  readonly hash: string;
  /** As it stands in TSIG records. */
  readonly name: DomainName;
  /** Octets of the hash. */
  readonly hashOctets: number;
  /** Octets of a whole MAC: those of the hash, fewer in the truncated forms. */
  readonly macOctets: number;
  /** Accepted only where asked for: MUST NOT or NOT RECOMMENDED in RFC 8945 section 6, table 3. */
  readonly isWeak: boolean;
}

/** RFC 8945 section 6, table 3. */
export const TSIG_ALGORITHMS: Readonly<Record<TsigAlgorithm, AlgorithmFacts>> = {
  'hmac-sha256': facts('hmac-sha256', 'sha256', 32),
  'hmac-sha224': facts('hmac-sha224', 'sha224', 28),
  'hmac-sha384': facts('hmac-sha384', 'sha384', 48),
  'hmac-sha512': facts('hmac-sha512', 'sha512', 64),
  'hmac-sha256-128': { ...facts('hmac-sha256-128', 'sha256', 32), macOctets: 16 },
  'hmac-sha384-192': { ...facts('hmac-sha384-192', 'sha384', 48), macOctets: 24 },
  'hmac-sha512-256': { ...facts('hmac-sha512-256', 'sha512', 64), macOctets: 32 },
  'hmac-sha1': { ...facts('hmac-sha1', 'sha1', 20), isWeak: true },
  'hmac-md5': { ...facts('hmac-md5.sig-alg.reg.int', 'md5', 16), isWeak: true },
};

/** The fewest octets a truncated MAC may have: 10, and half of the hash (RFC 8945 section 5.2.2.1). */
export function leastMacOctets(algorithm: TsigAlgorithm): number {
  return Math.max(10, Math.ceil(TSIG_ALGORITHMS[algorithm].hashOctets / 2));
}

function facts(name: string, hash: string, octets: number): AlgorithmFacts {
  return { hash, name: parseDomainName(name), hashOctets: octets, macOctets: octets, isWeak: false };
}
