import { opcodeName, rcodeName } from './mnemonic.ts';
import type { Message, Opcode } from './message.ts';
import type { Rcode } from './record.ts';

/** Octets of the header (RFC 1035 section 4.1.1). */
export const HEADER_OCTETS = 12;

/** The flag bits of the second 16 bits of a message (RFC 1035 section 4.1.1, AD and CD: RFC 4035 sections 3.1.6 and 3.2.2). */
export const FLAG = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  authenticData: 0x0020,
  checkingDisabled: 0x0010,
} as const;

/** What the first two header fields say; `rcode` is the four bits alone, without the extension of EDNS. */
export type Header = Pick<Message, 'id' | 'opcode' | 'rcode' | keyof typeof FLAG>;

/**
 * The id, the flags, opcode and response code alone, for replies to queries that do not decode (RFC 1035 section 4.1.1).
 * Undefined when there are fewer than 12 octets: such a thing gets no reply.
 */
export function readHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < HEADER_OCTETS) return undefined;
  const id = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const bits = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  return {
    id,
    response: (bits & FLAG.response) !== 0,
    opcode: opcodeOf(bits),
    authoritative: (bits & FLAG.authoritative) !== 0,
    truncated: (bits & FLAG.truncated) !== 0,
    recursionDesired: (bits & FLAG.recursionDesired) !== 0,
    recursionAvailable: (bits & FLAG.recursionAvailable) !== 0,
    authenticData: (bits & FLAG.authenticData) !== 0,
    checkingDisabled: (bits & FLAG.checkingDisabled) !== 0,
    rcode: rcodeOf(bits),
  };
}

/** The 16 bits of flags, opcode and the lower part of the response code. */
export function flagBits(message: Message, opcode: number, rcode: number): number {
  return (
    (message.response ? FLAG.response : 0) |
    (opcode << 11) |
    (message.authoritative ? FLAG.authoritative : 0) |
    (message.truncated ? FLAG.truncated : 0) |
    (message.recursionDesired ? FLAG.recursionDesired : 0) |
    (message.recursionAvailable ? FLAG.recursionAvailable : 0) |
    (message.authenticData ? FLAG.authenticData : 0) |
    (message.checkingDisabled ? FLAG.checkingDisabled : 0) |
    (rcode & 0xf)
  );
}

function opcodeOf(bits: number): Opcode {
  return opcodeName((bits >> 11) & 0xf);
}

function rcodeOf(bits: number): Rcode {
  return rcodeName(bits & 0xf);
}
