import type { Message } from '@srvkit/dns';
import type { Warning } from './warning.ts';

const EXTENDED_DNS_ERROR = 15; // EDNS option code, RFC 8914 section 2

/** What a server says about its own failure in Extended DNS Errors (RFC 8914), as warnings `extended-error`. */
export function extendedErrors(message: Message, server: string): Warning[] {
  if (message.edns === undefined) return [];
  return message.edns.options
    .filter(({ code, data }) => code === EXTENDED_DNS_ERROR && data.length >= 2)
    .map(({ data }) => {
      const infoCode = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
      const text = new TextDecoder().decode(data.subarray(2)).replace(/\0$/, '');
      const said = text === '' ? '' : `: ${JSON.stringify(text)}`;
      return { code: 'extended-error', message: `${server} gives ${message.rcode} with extended error ${infoCode}${said}` };
    });
}
