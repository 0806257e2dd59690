import { CODE_TABLE } from './code-table.ts';

/** What a Windows code means in discovery and publishing (kms section 6). Texts are for people. */
export interface KmsCode {
  /** `0x` and eight hexadecimal digits. */
  readonly hresult: string;
  /** null: the code has no documented name. */
  readonly symbol: string | null;
  /** `dns`: asking DNS. `host`: reaching a host. `answer`: what a host said. `neighbour`: not a matter of discovery (kms 6.4). */
  readonly area: 'dns' | 'host' | 'answer' | 'neighbour';
  readonly meaning: string;
  readonly cause: string;
  readonly fix: string;
}

/** Every code of kms section 6, by its `hresult`. */
export const CODES: ReadonlyMap<string, KmsCode> = new Map(CODE_TABLE.map((code) => [code.hresult, code]));

const DNS_FIRST = 0x8007_0000 + 9000;
const DNS_LAST = 0x8007_0000 + 11_999;

/**
 * The entry of a code given as a number or as text (`0x8007232b`, `8007232B`). A code of the DNS range that has no entry of its own gets a
 * general one (kms E-00); undefined for anything else.
 */
export function lookUpCode(code: string | number): KmsCode | undefined {
  const number = typeof code === 'number' ? code >>> 0 : parseCode(code);
  if (number === undefined) return undefined;
  const hresult = `0x${number.toString(16).toUpperCase().padStart(8, '0')}`;
  const known = CODES.get(hresult);
  if (known !== undefined || number < DNS_FIRST || number > DNS_LAST) return known;
  return {
    hresult,
    symbol: null,
    area: 'dns',
    meaning: `Windows DNS error ${number - 0x8007_0000}`,
    cause: 'asking or updating DNS failed in a way that no KMS document describes',
    fix: `run "net helpmsg ${number - 0x8007_0000}" on a Windows computer for its text`,
  };
}

function parseCode(text: string): number | undefined {
  const digits = /^(?:0x)?([0-9a-f]{8})$/i.exec(text.trim())?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
