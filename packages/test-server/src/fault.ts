import { ParseError, parseDomainName } from '@srvkit/dns';
import type { DomainName, Message } from '@srvkit/dns';
import { makeReply } from './zone/answer-query.ts';

/**
 * One thing that goes wrong, for requests that ask for one name (srv T3). Each stage of a reply has its place here; a fault fills in
 * the one it spoils.
 */
export interface Fault {
  /** Whose requests it meets: the name asked for, the zone in an UPDATE; `*` for all. */
  readonly name: DomainName | '*';
  /** How it was written: `delay:200ms`. */
  readonly text: string;
  readonly effect: FaultEffect;
}

/** What a fault does to one request. */
export interface FaultEffect {
  /** Answers instead of the server, which does not even look at the request; undefined for no reply at all. */
  readonly instead?: (request: Message) => Message | undefined;
  /** Changes the finished reply before it is encoded and signed. */
  readonly reshape?: (reply: Message, transport: Transport) => Message;
  /** Changes the octets that go out, signature included. */
  readonly garble?: (bytes: Uint8Array) => Uint8Array;
  /** Holds the reply back. */
  readonly delayMs?: number;
}

/** How a request arrived. */
export type Transport = 'udp' | 'tcp';

/** Reads `NAME=KIND[:ARG]`, NAME being a domain name or `*`. Throws `ParseError` that names the kinds there are. */
export function parseFault(text: string): Fault {
  const equals = text.lastIndexOf('=');
  if (equals < 1) throw badFault(text, 'write NAME=KIND[:ARG], for example *=drop or _vlmcs._tcp.example.org=delay:200ms');
  const [kind = '', ...rest] = text.slice(equals + 1).split(':');
  const makeEffect = FAULT_KINDS.get(kind);
  if (makeEffect === undefined)
    throw badFault(text, `there is no fault ${JSON.stringify(kind)}: take one of ${[...FAULT_KINDS.keys()].join(', ')}`);
  const effect = makeEffect(rest.length === 0 ? undefined : rest.join(':'));
  if (typeof effect === 'string') throw badFault(text, effect);
  return { name: parseFaultName(text, text.slice(0, equals)), text: text.slice(equals + 1), effect };
}

/** Those of the faults that meet a request, in their order. */
export function faultsFor(faults: readonly Fault[], request: Message): readonly Fault[] {
  if (faults.length === 0) return faults;
  const name = request.question[0]?.name;
  return faults.filter((fault) => fault.name === '*' || (name !== undefined && fault.name.equals(name)));
}

/** Makes the effect from the argument, or says what is wrong with it. */
type MakeEffect = (argument: string | undefined) => FaultEffect | string;

const FAULT_KINDS: ReadonlyMap<string, MakeEffect> = new Map<string, MakeEffect>([
  ['drop', plain({ instead: () => undefined })],
  ['delay', delay],
  ['servfail', plain({ instead: (request) => makeReply(request, 'SERVFAIL') })],
  ['refused', plain({ instead: (request) => makeReply(request, 'REFUSED') })],
  ['truncate', plain({ reshape: truncate })],
  ['wrong-id', plain({ garble: otherId })],
]);

function plain(effect: FaultEffect): MakeEffect {
  return (argument) => (argument === undefined ? effect : 'this fault takes no argument: leave out the colon and what follows');
}

function delay(argument: string | undefined): FaultEffect | string {
  const [, digits, unit = 'ms'] = /^(\d{1,10})(ms|s|m|d)?$/.exec(argument ?? '') ?? [];
  const delayMs = Number(digits) * (UNIT_MS[unit] ?? 1);
  if (digits === undefined) return 'say how long: delay:200ms, delay:2s or delay:1m';
  return delayMs <= LONGEST_DELAY_MS ? { delayMs } : 'that is longer than the 24 days which a timer can wait';
}

const UNIT_MS: Partial<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, d: 86_400_000 };
const LONGEST_DELAY_MS = 0x7fff_ffff;

// As if nothing had fitted: the client has to come back over TCP.
function truncate(reply: Message, transport: Transport): Message {
  return transport === 'tcp' ? reply : { ...reply, truncated: true, answer: [], authority: [], additional: [] };
}

function otherId(bytes: Uint8Array): Uint8Array {
  const garbled = Uint8Array.from(bytes);
  garbled[1] = (garbled[1] ?? 0) ^ 0xff;
  return garbled;
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
