import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DomainName } from '../domain-name.ts';
import { leastMacOctets, TSIG_ALGORITHMS } from './algorithm.ts';
import type { TsigKey } from './key.ts';

/** Makes and checks MACs over what RFC 8945 section 4.3 says to sign: the door for HMAC, GSS-TSIG, or a key in hardware. */
export interface MessageSigner {
  readonly keyName: DomainName;
  readonly algorithm: DomainName;
  /** How long MACs may be. Without it any length goes to `verify`. */
  readonly macOctets?: MacOctets;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  /** Compares in constant time. A truncated `mac` verifies when it is the beginning of the whole one. */
  verify(bytes: Uint8Array, mac: Uint8Array): Promise<boolean>;
}

/** The lengths that RFC 8945 section 5.2.2.1 tells apart. */
export interface MacOctets {
  /** A whole MAC. More is a FORMERR. */
  readonly whole: number;
  /** Fewer are a FORMERR. */
  readonly least: number;
  /** What is sent. Fewer are a BADTRUNC. */
  readonly accepted: number;
}

/** Makes a signer by talking to the server first: GSS-TSIG (RFC 3645). */
export interface SignerFactory {
  open(
    server: { readonly name: DomainName; readonly address: string; readonly port: number },
    options: { readonly signal?: AbortSignal },
  ): Promise<SignerSession>;
}

/** A signer that lives for a while and must be closed. */
export interface SignerSession extends MessageSigner {
  /** Epoch ms. */
  readonly expiresAt?: number;
  close(): Promise<void>;
}

/** The signer of a shared secret (RFC 8945 section 6). */
export function hmacSigner(key: TsigKey): MessageSigner {
  const { name, hash, macOctets: whole } = TSIG_ALGORITHMS[key.algorithm];
  const least = Math.min(whole, leastMacOctets(key.algorithm));
  const accepted = key.macOctets;
  const wholeMac = (bytes: Uint8Array): Uint8Array => createHmac(hash, key.secret).update(bytes).digest().subarray(0, whole);
  return {
    keyName: key.name,
    algorithm: name,
    macOctets: { whole, least, accepted },
    sign: (bytes) => Promise.resolve(Uint8Array.from(wholeMac(bytes).subarray(0, accepted))),
    verify: (bytes, mac) =>
      Promise.resolve(mac.length >= least && mac.length <= whole && timingSafeEqual(wholeMac(bytes).subarray(0, mac.length), mac)),
  };
}

/** Finds the signer of a key name and algorithm, both without regard to case: what `verifyMessage` asks. */
export type FindSigner = (keyName: DomainName, algorithm: DomainName) => MessageSigner | undefined;

/** A `FindSigner` over several: `keyring(keys.map(hmacSigner))`. Of two with the same name and algorithm the first counts. */
export function keyring(signers: readonly MessageSigner[]): FindSigner {
  const byName = new Map<string, MessageSigner>();
  for (const signer of signers) {
    const key = ringKey(signer.keyName, signer.algorithm);
    if (!byName.has(key)) byName.set(key, signer);
  }
  return (keyName, algorithm) => byName.get(ringKey(keyName, algorithm));
}

function ringKey(keyName: DomainName, algorithm: DomainName): string {
  return `${keyName.key} ${algorithm.key}`;
}
