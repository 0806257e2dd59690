import { decodeMessage, WireError } from '@srvkit/dns';
import type { Message } from '@srvkit/dns';

/** The message in what a server sent; undefined for octets that are no DNS message. */
export function decodeReply(octets: Uint8Array): Message | undefined {
  try {
    return decodeMessage(octets);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
