// For everybody: names, records, messages.
export { DomainName, parseDomainName, ROOT } from './domain-name.ts';
export { RCODE, RECORD_CLASS, RECORD_TYPE } from './record.ts';
export type * from './record.ts';
export { makeMessage, OPCODE } from './message.ts';
export type { Edns, Message, Opcode, Question } from './message.ts';
export { ParseError } from './parse-error.ts';
export { WireError } from './wire-error.ts';
export type { WireErrorCode } from './wire-error.ts';
