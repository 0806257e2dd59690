import type { Message } from '@srvkit/dns';
import type { Warning } from './warning.ts';

const EXTENDED_DNS_ERROR = 15; // EDNS option code, RFC 8914 section 2
/** Of one response: a hostile one has room for thousands, and warnings are kept with the answer. */
const MOST_ERRORS = 4;
const MOST_TEXT_OCTETS = 256;

/** What a server says about its own failure in Extended DNS Errors (RFC 8914), as warnings `extended-error`. */
export function extendedErrors(message: Message, server: string): Warning[] {
  if (message.edns === undefined) return [];
  return message.edns.options
    .filter(({ code, data }) => code === EXTENDED_DNS_ERROR && data.length >= 2)
    .slice(0, MOST_ERRORS)
    .map(({ data }) => {
      const infoCode = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
      const text = new TextDecoder().decode(data.subarray(2, 2 + MOST_TEXT_OCTETS)).replace(/\0$/, '');
      const said = text === '' ? '' : `: ${JSON.stringify(text)}`;
      return { code: 'extended-error', message: `${server} gives ${message.rcode} with extended error ${infoCode}${said}` };
    });
}
