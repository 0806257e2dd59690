import { ParseError, parseDomainName } from '@srvkit/dns';
import type { DomainName, Message, Rcode, TsigVerdict } from '@srvkit/dns';
import { FAULTS_WITH_ARGUMENT, REPLY_FAULTS } from './faults/reply-faults.ts';
import { FAULT_SETS, SERVER_QUIRKS } from './faults/server-quirks.ts';
import { TSIG_FAULTS } from './faults/tsig-faults.ts';
import type { UpdateRules } from './zone/update-rules.ts';

/**
 * What goes wrong for requests that ask for one name (srv T3), or is otherwise than the RFCs have it, as with some real servers (publish 4).
 * Each stage of a reply has its place in the effect; a fault fills in those it spoils.
 */
export interface Fault {
  /** Whose requests it meets: the name asked for, the zone in an UPDATE; `*` for all. */
  readonly name: DomainName | '*';
  /** How it was written: `delay:200ms`. */
  readonly text: string;
  readonly effect: FaultEffect;
}

/** What a fault does to one request, in the order of the stages. */
export interface FaultEffect {
  /** How far the server's clock is ahead, for TSIG. */
  readonly clockAheadMs?: number;
  /** Answers instead of the server, which does not even look at the request; undefined for no reply at all. */
  readonly instead?: (request: Message) => Message | undefined;
  /** Refuses some requests with this, unsigned; undefined for those that it lets pass. */
  readonly refuse?: (request: Message) => Rcode | undefined;
  /** Changes what the server thinks of the request's TSIG, before it looks at the rest. */
  readonly suspect?: (verdict: TsigVerdict) => TsigVerdict;
  /** How an UPDATE is judged and applied otherwise than RFC 2136 says. */
  readonly rules?: UpdateRules;
  /** Changes the reply, or the verdict by which it is signed. */
  readonly settle?: (answer: Answer, request: Message) => Answer;
  /** Changes the finished reply before it is encoded and signed. */
  readonly reshape?: (reply: Message, transport: Transport) => Message;
  /** Changes the octets before they are signed. */
  readonly rewrite?: (bytes: Uint8Array) => Uint8Array;
  /** Changes the octets that go out, signature included; undefined: nothing goes out, although everything was done. */
  readonly garble?: (bytes: Uint8Array, sent: Circumstances) => Uint8Array | undefined;
  /** What goes out before the reply. */
  readonly before?: (bytes: Uint8Array, sent: Circumstances) => Uint8Array;
  /** Holds the reply back. */
  readonly delayMs?: number;
  /** Sends a UDP reply from another port than the one that was asked. */
  readonly otherPort?: boolean;
  /** Ends the TCP connection in the middle of the reply. */
  readonly cutShort?: boolean;
}

/** A reply that is not signed yet, and what was thought of the request's TSIG, which says how to. */
export interface Answer {
  readonly reply: Message;
  readonly verdict: TsigVerdict;
}

/** What the octets of a reply belong to. */
export interface Circumstances {
  readonly requestBytes: Uint8Array;
  readonly request: Message;
  readonly reply: Message;
  readonly transport: Transport;
}

/** How a request arrived. */
export type Transport = 'udp' | 'tcp';

/** Makes the effect from the argument, or says what is wrong with it. */
export type MakeEffect = (argument: string | undefined) => FaultEffect | string;

/** Reads `NAME=KIND[:ARG]`, NAME being a domain name or `*`. Throws `ParseError` that names the kinds there are. */
export function parseFault(text: string): Fault {
  const equals = text.lastIndexOf('=');
  if (equals < 1) throw badFault(text, 'write NAME=KIND[:ARG], for example *=drop or _vlmcs._tcp.example.org=delay:200ms');
  const [kind = '', ...rest] = text.slice(equals + 1).split(':');
  const makeEffect = FAULT_KINDS.get(kind);
  if (makeEffect === undefined) throw badFault(text, `there is no fault ${JSON.stringify(kind)}: take one of ${faultNames().join(', ')}`);
  const effect = makeEffect(rest.length === 0 ? undefined : rest.join(':'));
  if (typeof effect === 'string') throw badFault(text, effect);
  return { name: parseFaultName(text, text.slice(0, equals)), text: text.slice(equals + 1), effect };
}

/** Every fault and set of faults by name. */
export function faultNames(): readonly string[] {
  return [...FAULT_KINDS.keys()];
}

/** Those of the faults that meet a request, in their order. */
export function faultsFor(faults: readonly Fault[], request: Message): readonly Fault[] {
  if (faults.length === 0) return faults;
  const name = request.question[0]?.name;
  return faults.filter((fault) => fault.name === '*' || (name !== undefined && fault.name.equals(name)));
}

const FAULT_KINDS: ReadonlyMap<string, MakeEffect> = new Map(
  Object.entries({ ...plainly({ ...REPLY_FAULTS, ...TSIG_FAULTS, ...SERVER_QUIRKS, ...FAULT_SETS }), ...FAULTS_WITH_ARGUMENT }),
);

function plainly(effects: Readonly<Record<string, FaultEffect>>): Record<string, MakeEffect> {
  return Object.fromEntries(Object.entries(effects).map(([name, effect]) => [name, plain(effect)]));
}

function plain(effect: FaultEffect): MakeEffect {
  return (argument) => (argument === undefined ? effect : 'this fault takes no argument: leave out the colon and what follows');
}

function parseFaultName(text: string, name: string): DomainName | '*' {
  if (name === '*') return '*';
  try {
    return parseDomainName(name);
  } catch (error) {
    throw error instanceof ParseError ? badFault(text, error.message) : error;
  }
}

function badFault(text: string, problem: string): ParseError {
  return new ParseError('BAD_FAULT', `fault ${JSON.stringify(text)}: ${problem}`);
}
