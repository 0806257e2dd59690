import { DomainName } from '../domain-name.ts';
import { foldCase } from '../fold-case.ts';
import { rcodeNumber } from '../mnemonic.ts';
import { RECORD_CLASS } from '../record.ts';
import type { TsigRdata } from '../record.ts';
import { WireWriter } from '../wire-writer.ts';

const ID_AT = 0;
const ARCOUNT_AT = 10;

/** The fields of a TSIG record that are signed (RFC 8945 section 4.3.3). */
export type TsigVariables = Pick<TsigRdata, 'algorithm' | 'timeSigned' | 'fudge' | 'error' | 'other'> & { readonly keyName: DomainName };

/** What a MAC is made over (RFC 8945 section 4.3): the request's MAC in a reply, the message without its TSIG record, the variables. */
export function tsigDigest(message: Uint8Array, variables: TsigVariables, prior: Uint8Array | undefined): Uint8Array {
  const writer = new WireWriter({ compression: false });
  writer.plainName(foldedName(variables.keyName));
  writer.uint16(RECORD_CLASS.ANY);
  writer.uint32(0);
  writer.plainName(foldedName(variables.algorithm));
  writer.uint48(variables.timeSigned);
  writer.uint16(variables.fudge);
  writer.uint16(rcodeNumber(variables.error));
  writer.uint16(variables.other.length);
  return Buffer.concat([...(prior === undefined ? [] : [prior]), message, writer.finish(), variables.other]);
}

/** The same for the second and later messages of a TCP stream (RFC 8945 section 5.3.1): all messages since the last MAC, and the times alone. */
export function streamDigest(
  messages: readonly Uint8Array[],
  times: Pick<TsigRdata, 'timeSigned' | 'fudge'>,
  prior: Uint8Array,
): Uint8Array {
  const writer = new WireWriter({ compression: false });
  writer.uint48(times.timeSigned);
  writer.uint16(times.fudge);
  return Buffer.concat([prior, ...messages, writer.finish()]);
}

/** A MAC with its length in front: what stands before a reply, or before the next message of a stream. */
export function withLength(mac: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(mac.length >> 8, mac.length), mac]);
}

/** The octets before the TSIG record, as they were before it was added: ARCOUNT one less, the original id (RFC 8945 section 4.3.2). */
export function withoutTsig(bytes: Uint8Array, tsigAt: number, originalId: number): Uint8Array {
  const message = Uint8Array.from(bytes.subarray(0, tsigAt));
  const view = new DataView(message.buffer);
  view.setUint16(ID_AT, originalId);
  view.setUint16(ARCOUNT_AT, view.getUint16(ARCOUNT_AT) - 1);
  return message;
}

/** The octets with a TSIG record behind them. Throws `RangeError` when that is no longer a message. */
export function withTsig(message: Uint8Array, record: Uint8Array): Uint8Array {
  if (message.length + record.length > 0xffff)
    throw new RangeError(`A message of ${message.length} octets has no room for a TSIG record of ${record.length}`);
  const bytes = new Uint8Array(message.length + record.length);
  bytes.set(message);
  bytes.set(record, message.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(ARCOUNT_AT, view.getUint16(ARCOUNT_AT) + 1);
  return bytes;
}

/** A name in lower case, as it is signed; PowerDNS wants it so in the record too (publish 4). */
export function foldedName(name: DomainName): DomainName {
  return DomainName.fromWire(foldCase(name.wire));
}
