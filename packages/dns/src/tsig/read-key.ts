import { parseDomainName } from '../domain-name.ts';
import type { DomainName } from '../domain-name.ts';
import { ParseError } from '../parse-error.ts';
import { errorAt } from '../text/text-error.ts';
import type { Place } from '../text/text-error.ts';
import { leastMacOctets, TSIG_ALGORITHMS } from './algorithm.ts';
import type { TsigAlgorithm } from './algorithm.ts';
import { makeTsigKey } from './key.ts';
import type { TsigKey } from './key.ts';

/** A word of a key file. Its text may be a secret: never quote it. */
export interface KeyWord extends Place {
  readonly text: string;
}

/** A key, and where its name stood. */
export interface FoundKey {
  readonly key: TsigKey;
  readonly place: Place;
}

/** An algorithm, and how much of its MACs is sent. */
export interface ChosenAlgorithm {
  readonly algorithm: TsigAlgorithm;
  readonly macOctets: number;
}

/** Puts together a key that was read. Throws `ParseError` when its algorithm is weak or its secret is not base64. */
export function makeReadKey(
  parts: { readonly name: KeyWord; readonly chosen: ChosenAlgorithm; readonly secret: KeyWord },
  options: { readonly allowWeak?: boolean },
): FoundKey {
  const { chosen, secret } = parts;
  const name = readKeyName(parts.name);
  if (TSIG_ALGORITHMS[chosen.algorithm].isWeak && options.allowWeak !== true) {
    const remedy = 'make a new one with tsig-keygen -a hmac-sha256 (a program may also set allowWeak)';
    throw errorAt(parts.name, 'WEAK_ALGORITHM', `this key is for ${chosen.algorithm}, which is weak: ${remedy}`);
  }
  return { key: makeTsigKey({ name, ...chosen, secret: readSecret(secret) }), place: parts.name };
}

/** `hmac-sha256`, `hmac-sha256-128` (BIND: MACs cut to 128 bits), `hmac-md5.sig-alg.reg.int`. Throws `ParseError`. */
export function readAlgorithm(word: KeyWord): ChosenAlgorithm {
  const text = word.text.toLowerCase().replace(/\.$/, '').replace('.sig-alg.reg.int', '');
  const [, name, bits] = /^(hmac-(?:md5|sha1|sha224|sha256|sha384|sha512))(?:-(\d{1,4}))?$/.exec(text) ?? [];
  const algorithm = KNOWN.find((known) => known === name);
  if (algorithm === undefined)
    throw errorAt(word, 'UNKNOWN_ALGORITHM', `the algorithm is none of ${KNOWN.slice(0, 4).join(', ')}: correct it`);
  const whole = TSIG_ALGORITHMS[algorithm].macOctets;
  const macOctets = bits === undefined ? whole : Number(bits) / 8;
  const least = leastMacOctets(algorithm);
  if (!Number.isInteger(macOctets) || macOctets < least || macOctets > whole)
    throw errorAt(
      word,
      'BAD_TRUNCATION',
      `MACs of ${algorithm} are cut to ${least * 8} to ${whole * 8} bits, a multiple of 8: correct the number`,
    );
  return { algorithm, macOctets };
}

const KNOWN = ['hmac-sha256', 'hmac-sha224', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1', 'hmac-md5'] as const;

// Not even the name is quoted in errors: a line may have its fields in another order.
function readKeyName(word: KeyWord): DomainName {
  try {
    return parseDomainName(word.text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw errorAt(word, 'BAD_KEY_NAME', 'the name of the key is no domain name: correct it');
  }
}

function readSecret(word: KeyWord): Uint8Array {
  const text = word.text.replaceAll(/\s/g, '');
  if (text === '') throw errorAt(word, 'BAD_SECRET', 'the secret is empty: make a key with tsig-keygen');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw errorAt(word, 'BAD_SECRET', 'the secret is not base64: copy it again, with every character and the = at its end');
  return Uint8Array.from(Buffer.from(text, 'base64'));
}
