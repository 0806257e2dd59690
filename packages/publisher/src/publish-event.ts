import { RCODE } from '@srvkit/dns';
import type { Rcode } from '@srvkit/dns';
import type { CutShort, Failure } from './failure.ts';
import type { ZoneOutcome } from './report.ts';

/** What a KMS host writes to its event log about a domain (kms V-07): 12294 it is published, 12293 it is not, and why. */
export type PublishEvent =
  | { readonly id: 12294; readonly domain: string }
  | { readonly id: 12293; readonly domain: string; readonly code: EventCode };

/** A Windows code: unsigned 32-bit in hexadecimal, and its symbol (kms E-00). */
export interface EventCode {
  readonly hresult: string;
  readonly symbol: string;
}

/** The event of one domain after publishing, if any: none for other services than `_vlmcs._tcp`, and none where nothing was tried. */
export function publishEvent(
  service: string,
  domain: string,
  outcome: ZoneOutcome,
  failure: Failure | undefined,
): PublishEvent | undefined {
  if (!/^_vlmcs\._tcp\.?$/i.test(service)) return undefined;
  if (failure?.kind === 'interrupted' || failure?.kind === 'in-doubt') return undefined; // nobody knows yet
  if (failure !== undefined) return { id: 12293, domain, code: eventCode(failure) };
  return outcome === 'published' || outcome === 'unchanged' ? { id: 12294, domain } : undefined;
}

function eventCode(failure: Exclude<Failure, CutShort>): EventCode {
  switch (failure.kind) {
    case 'rcode':
      return rcodeCode(failure.tsigError ?? failure.rcode);
    case 'query':
      return rcodeCode(failure.rcode);
    case 'no-answer':
      return rcodeCode('SERVFAIL'); // as a client that hears nothing from its server: kms 6.1, "no answer"
    case 'no-server':
      return win32Code(9852, 'DNS_ERROR_NO_DNS_SERVERS');
    case 'no-zone':
      return rcodeCode('NXDOMAIN');
    case 'not-authoritative':
      return rcodeCode('NOTAUTH');
    case 'signer':
      return rcodeCode('BADKEY');
    case 'alias':
      return win32Code(9708, 'DNS_ERROR_NODE_IS_CNAME');
    case 'not-shown':
    case 'not-shown-yet':
      return win32Code(9701, 'DNS_ERROR_RECORD_DOES_NOT_EXIST');
  }
}

/** Windows numbers response codes from 9000 (kms 6.1). */
const SYMBOL: Partial<Record<Rcode, string>> = {
  FORMERR: 'FORMAT_ERROR',
  SERVFAIL: 'SERVER_FAILURE',
  NXDOMAIN: 'NAME_ERROR',
  NOTIMP: 'NOT_IMPLEMENTED',
  REFUSED: 'REFUSED',
  YXDOMAIN: 'YXDOMAIN',
  YXRRSET: 'YXRRSET',
  NXRRSET: 'NXRRSET',
  NOTAUTH: 'NOTAUTH',
  NOTZONE: 'NOTZONE',
  BADSIG: 'BADSIG',
  BADKEY: 'BADKEY',
  BADTIME: 'BADTIME',
};

function rcodeCode(rcode: Rcode): EventCode {
  const known = SYMBOL[rcode] === undefined ? 'SERVFAIL' : rcode;
  return win32Code(9000 + RCODE[known as keyof typeof RCODE], `DNS_ERROR_RCODE_${SYMBOL[known] ?? ''}`);
}

/** HRESULT_FROM_WIN32. */
function win32Code(number: number, symbol: string): EventCode {
  return { hresult: `0x${(0x8007_0000 + number).toString(16).toUpperCase()}`, symbol };
}
