import type { Verdict } from './verdict.ts';

/** A Windows code: unsigned 32-bit in hexadecimal with `0x`, and its symbol. Null where unknown. */
export interface Code {
  readonly hresult: string | null;
  readonly symbol: string | null;
}

/** The reasons that have a code of their own. */
export type VerdictCode = 'timedOut' | 'exhausted' | 'serverFailure' | 'refused' | 'noServer' | 'noRecords' | 'nameError' | 'noDomain';

/** The codes a verdict can have, whatever the service (kms E-00, 6.1, 6.2). */
export const VERDICT_CODE: Readonly<Record<VerdictCode, Code>> = {
  timedOut: { hresult: '0x800705B4', symbol: 'ERROR_TIMEOUT' },
  exhausted: { hresult: '0xC004F074', symbol: 'SL_E_VL_BINDING_SERVICE_UNAVAILABLE' },
  serverFailure: { hresult: '0x8007232A', symbol: 'DNS_ERROR_RCODE_SERVER_FAILURE' },
  refused: { hresult: '0x8007232D', symbol: 'DNS_ERROR_RCODE_REFUSED' },
  noServer: { hresult: '0x8007267C', symbol: 'DNS_ERROR_NO_DNS_SERVERS' },
  noRecords: { hresult: '0x8007251D', symbol: 'DNS_INFO_NO_RECORDS' },
  nameError: { hresult: '0x8007232B', symbol: 'DNS_ERROR_RCODE_NAME_ERROR' },
  noDomain: { hresult: '0x8007007B', symbol: 'ERROR_INVALID_NAME' },
};

/** The code of a verdict; null where all went well. A final refusal has the probe's own. */
export function codeOf(verdict: Verdict): Code | null {
  switch (verdict.outcome) {
    case 'reached':
    case 'selected':
    case 'not-applicable':
      return null;
    case 'rejected':
      return probeCode(verdict.code);
    case 'timed-out':
      return VERDICT_CODE.timedOut;
    case 'exhausted':
      return VERDICT_CODE.exhausted;
    case 'failed':
      return { failure: VERDICT_CODE.serverFailure, refused: VERDICT_CODE.refused, 'no-server': VERDICT_CODE.noServer }[verdict.why];
    case 'unavailable':
      return VERDICT_CODE.noRecords;
    case 'not-found':
      return { nodata: VERDICT_CODE.noRecords, nxdomain: VERDICT_CODE.nameError, 'no-domain': VERDICT_CODE.noDomain }[verdict.why];
    default:
      return verdict satisfies never;
  }
}

// A probe gives a number as Windows writes it, or a word of its own.
function probeCode(code: string | null): Code | null {
  if (code === null) return null;
  return /^0x[0-9a-f]{8}$/i.test(code) ? { hresult: `0x${code.slice(2).toUpperCase()}`, symbol: null } : { hresult: null, symbol: code };
}
