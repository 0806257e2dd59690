// For everybody: names, records, messages.
export { DomainName, parseDomainName, ROOT } from './domain-name.ts';
export { RCODE, RECORD_CLASS, RECORD_TYPE } from './record.ts';
export type * from './record.ts';
export { makeMessage, OPCODE } from './message.ts';
export type { Edns, Message, Opcode, Question } from './message.ts';
export { ParseError } from './parse-error.ts';
export { WireError } from './wire-error.ts';
export type { WireErrorCode } from './wire-error.ts';
// For those who speak DNS: the wire, addresses, numbers.
export { decodeMessage } from './decode-message.ts';
export { encodeMessage } from './encode-message.ts';
export type { EncodeOptions } from './encode-message.ts';
export { readHeader } from './header.ts';
export type { Header } from './header.ts';
export { decodeRdata, encodeRdata } from './rdata-octets.ts';
export { rdataEquals, recordEquals } from './equality.ts';
export { tsigSize } from './rdata/tsig.ts';
export { addressFamily, formatAddress, parseAddress } from './address.ts';
export {
  className,
  classNumber,
  opcodeName,
  opcodeNumber,
  rcodeName,
  rcodeNumber,
  tsigErrorName,
  typeName,
  typeNumber,
} from './mnemonic.ts';
// UPDATE.
export { makeUpdate, operationRecord, prerequisiteRecords } from './update.ts';
export type { Prerequisite, UpdateOperation, UpdateParts } from './update.ts';
// Master files.
export { parseMasterFile, parseRecord, readMasterFile } from './text/master-file.ts';
export type { MasterFileOptions, PlacedRecord } from './text/master-file.ts';
export { formatRecord, formatZone } from './text/zone-text.ts';
export { formatRdata } from './text/rdata-text.ts';
// Keys and TSIG.
export { makeTsigKey } from './tsig/key.ts';
export type { TsigKey, TsigKeyParts } from './tsig/key.ts';
export type { TsigAlgorithm } from './tsig/algorithm.ts';
export { parseKeyFile } from './tsig/key-file.ts';
export type { KeyFileOptions } from './tsig/key-file.ts';
export { keyFilePermissions } from './tsig/key-file-permissions.ts';
export type { KeyFilePermissions } from './tsig/key-file-permissions.ts';
export { hmacSigner, keyring } from './tsig/signer.ts';
export type { FindSigner, MacOctets, MessageSigner, SignerFactory, SignerSession } from './tsig/signer.ts';
export { signMessage } from './tsig/sign.ts';
export type { Signed, SignOptions } from './tsig/sign.ts';
export { verifyMessage } from './tsig/verify.ts';
export type { TsigEvidence, TsigVerdict, VerifyOptions } from './tsig/verify.ts';
export { replyReserve, signReply, tsigRefusal } from './tsig/reply.ts';
export { streamSigner, streamVerifier } from './tsig/stream.ts';
export type { StreamSigner, StreamVerdict, StreamVerifier } from './tsig/stream.ts';
