import {
  decodeMessage,
  encodeMessage,
  hmacSigner,
  keyring,
  makeMessage,
  readHeader,
  replyReserve,
  signReply,
  streamSigner,
  tsigRefusal,
  verifyMessage,
  WireError,
} from '@srvkit/dns';
import type { DomainName, FindSigner, Message, Rcode, TsigKey, TsigVerdict } from '@srvkit/dns';
import { answerTransfer } from './answer-transfer.ts';
import { answerUpdate } from './answer-update.ts';
import type { SerialChange } from './answer-update.ts';
import { faultsFor } from './fault.ts';
import type { Fault, FaultEffect, Transport } from './fault.ts';
import { joinEffects } from './faults/join-effects.ts';
import { NameOwners } from './name-owners.ts';
import type { StoreUpdate } from './store-update.ts';
import { answerQuery, makeReply, UDP_PAYLOAD_SIZE } from './zone/answer-query.ts';
import type { UpdateRules } from './zone/update-rules.ts';
import type { Zone } from './zone/zone.ts';

export interface NameServerOptions {
  readonly zones: readonly Zone[];
  readonly keys?: readonly TsigKey[];
  readonly faults?: readonly Fault[];
  /** Whether a key may update a zone. Any of the keys may update any zone unless given. */
  readonly mayUpdate?: (key: DomainName, zone: DomainName) => boolean;
  /** An UPDATE that makes more records of one name and type is SERVFAIL. Any number unless given. */
  readonly maxRecordsPerType?: number;
  /** epoch ms, for TSIG */
  readonly now: () => number;
  /** Keeps updates before they are answered, and before anybody sees them; without it they live as long as the server. */
  readonly store?: StoreUpdate | undefined;
}

/** A reply and how it came about. */
export interface Reply {
  /** What goes out; undefined when there is no reply. */
  readonly bytes: Uint8Array | undefined;
  /** What goes out after it: the further messages of a zone transfer, a reply behind a forged one. */
  readonly following: readonly Uint8Array[];
  readonly delayMs: number;
  /** Over UDP: from another port than the one that was asked. */
  readonly otherPort: boolean;
  /** Over TCP: the connection ends in the middle of it. */
  readonly cutShort: boolean;
  /** The request; undefined when it could not be read. */
  readonly request: Message | undefined;
  /** The reply's; null without one. */
  readonly rcode: Rcode | null;
  /** The faults it met, as they were written. */
  readonly fault: string | null;
  /** The key whose signature on the request was right. */
  readonly key: DomainName | null;
  /** Of an UPDATE that was looked at. */
  readonly serial: SerialChange | null;
}

/** An authoritative server without sockets: octets in, octets out. Zones and faults may be replaced at any time. */
export class NameServer {
  readonly zones: Map<string, Zone>;
  faults: readonly Fault[];
  readonly #findSigner: FindSigner;
  readonly #mayUpdate: (key: DomainName, zone: DomainName) => boolean;
  readonly #now: () => number;
  readonly #rules: UpdateRules;
  readonly #owners = new NameOwners();
  readonly #store: StoreUpdate | undefined;
  /** The zones with the updates that are being stored, on which the next ones are made. Without a store, the zones themselves. */
  readonly #ahead: Map<string, Zone>;
  /** The latest change of each zone: whether it is stored. */
  readonly #storing = new Map<string, Promise<boolean>>();

  constructor({ zones, keys = [], faults = [], mayUpdate = () => true, maxRecordsPerType, now, store }: NameServerOptions) {
    this.zones = new Map(zones.map((zone) => [zone.origin.key, zone]));
    this.#store = store;
    this.#ahead = store === undefined ? this.zones : new Map(this.zones);
    this.faults = faults;
    this.#findSigner = keyring(keys.map((key) => hmacSigner(key)));
    this.#mayUpdate = mayUpdate;
    this.#rules = maxRecordsPerType === undefined ? {} : { maxRecordsPerType };
    this.#now = now;
  }

  /** Answers one request. At once, unless it is signed. Silent towards responses and what is shorter than a header; FORMERR for what cannot be read. */
  respond(bytes: Uint8Array, transport: Transport): Reply | Promise<Reply> {
    const request = decode(bytes);
    if (request === undefined) return replyToGarbage(bytes);
    if (request.response) return { ...NO_REPLY, request };
    const faults = faultsFor(this.faults, request);
    const effect = faults.length === 0 ? NO_EFFECT : faults.map((fault) => fault.effect).reduce(joinEffects);
    const incoming = { bytes, request, transport, effect, fault: textOf(faults) };
    const refusal = effect.refuse?.(request);
    if (refusal !== undefined) return refuse(incoming, refusal);
    if (request.tsig !== undefined) return this.#respondSigned(incoming);
    const { message, serial } = this.#process(request, null, effect);
    if (message === undefined) return { ...NO_REPLY, request, fault: incoming.fault };
    const settled = effect.settle?.({ reply: message, verdict: UNSIGNED }, request).reply ?? message;
    const reply = effect.reshape?.(settled, transport) ?? settled;
    const encoded = encodeMessage(reply, { maxSize: maxReplySize(request, transport) });
    return finish({ ...NO_REPLY, bytes: effect.rewrite?.(encoded) ?? encoded, rcode: reply.rcode, serial }, incoming, reply);
  }

  async #respondSigned(incoming: Incoming): Promise<Reply> {
    const { bytes, request, transport, effect } = incoming;
    const now = Math.floor((this.#now() + (effect.clockAheadMs ?? 0)) / 1000);
    const verified = await verifyMessage(bytes, this.#findSigner, { now });
    const found = effect.suspect?.(verified) ?? verified;
    const refusal = tsigRefusal(found);
    const key = found.kind === 'verified' ? found.keyName : null;
    if (found.kind === 'verified' && transport === 'tcp' && effect.instead === undefined) {
      const transfer = answerTransfer(this.zones, request);
      if (transfer !== undefined) return transferReply(transfer, found, incoming, now);
    }
    const { message, serial, stored } =
      refusal === undefined ? this.#process(request, key, effect) : { message: makeReply(request, refusal), serial: null };
    if (stored !== undefined && !(await stored)) return this.#signedRefusal(incoming, found, 'SERVFAIL', now);
    if (message === undefined) return { ...NO_REPLY, request, fault: incoming.fault };
    const { reply: settled, verdict } = effect.settle?.({ reply: message, verdict: found }, request) ?? { reply: message, verdict: found };
    const reply = effect.reshape?.(settled, transport) ?? settled;
    const reserve = replyReserve(verdict);
    // Long names, in the request perhaps compressed, must not leave a signed reply without room.
    const room = encodeMessage({ ...reply, answer: [], authority: [], additional: [] }).length + reserve;
    const encoded = encodeMessage(reply, { maxSize: Math.max(maxReplySize(request, transport), room), reserve });
    const signed = await signReply(effect.rewrite?.(encoded) ?? encoded, verdict, { now });
    return finish({ ...NO_REPLY, bytes: signed.bytes, rcode: reply.rcode, key, serial }, incoming, reply);
  }

  #process(request: Message, key: DomainName | null, effect: FaultEffect): Processed {
    if (effect.instead !== undefined) return { message: effect.instead(request), serial: null };
    if (request.opcode !== 'UPDATE') return { message: answerQuery(this.zones, request), serial: null };
    const permission = { key, mayUpdate: this.#mayUpdate, owners: this.#owners };
    const before = this.#ahead.get(request.question[0]?.name.key ?? '');
    const { rcode, serial } = answerUpdate(this.#ahead, request, permission, { ...this.#rules, ...effect.rules });
    const after = before && this.#ahead.get(before.origin.key);
    const message = makeReply(request, rcode);
    if (this.#store === undefined || before === undefined || after === undefined) return { message, serial };
    if (after !== before) this.#storing.set(after.origin.key, this.#keep(this.#store(request, before, after), after));
    // What was found in the place may be another's change that is being stored, or this one, sent again: as good as nothing until it is.
    return this.zones.get(after.origin.key) === after
      ? { message, serial }
      : { message, serial, stored: this.#storing.get(after.origin.key) };
  }

  /** Shows an update when it is stored; else what was made on top of it goes too. Whether it is stored. */
  async #keep(storing: Promise<void>, after: Zone): Promise<boolean> {
    const { key } = after.origin;
    try {
      await storing;
      this.zones.set(key, after);
      return true;
    } catch {
      const shown = this.zones.get(key);
      if (shown !== undefined) this.#ahead.set(key, shown);
      return false;
    }
  }

  async #signedRefusal(incoming: Incoming, verdict: TsigVerdict, rcode: Rcode, now: number): Promise<Reply> {
    const message = makeReply(incoming.request, rcode);
    const signed = await signReply(encodeMessage(message), verdict, { now });
    const key = verdict.kind === 'verified' ? verdict.keyName : null;
    return finish({ ...NO_REPLY, bytes: signed.bytes, rcode, key }, incoming, message);
  }
}

/** `stored`: whether the change is kept; undefined where nothing has to be. */
interface Processed {
  readonly message: Message | undefined;
  readonly serial: SerialChange | null;
  readonly stored?: Promise<boolean> | undefined;
}

// A request on its way through, and what faults do to it.
interface Incoming {
  readonly bytes: Uint8Array;
  readonly request: Message;
  readonly transport: Transport;
  readonly effect: FaultEffect;
  readonly fault: string | null;
}

function refuse(incoming: Incoming, rcode: Rcode): Reply {
  const message = makeReply(incoming.request, rcode);
  return finish({ ...NO_REPLY, bytes: encodeMessage(message), rcode }, incoming, message);
}

const NO_EFFECT: FaultEffect = {};
const UNSIGNED: TsigVerdict = { kind: 'unsigned' };

/** Every message of a transfer is signed, each over the one before (RFC 8945 section 5.3.1). */
async function transferReply(
  messages: readonly [Message, ...Message[]],
  verdict: Extract<TsigVerdict, { kind: 'verified' }>,
  incoming: Incoming,
  now: number,
): Promise<Reply> {
  const { effect } = incoming;
  const signer = streamSigner(verdict.signer, verdict.mac);
  const signed: Uint8Array[] = [];
  for (const message of messages) {
    const encoded = encodeMessage(effect.reshape?.(message, 'tcp') ?? message, { maxSize: 0xffff, reserve: replyReserve(verdict) });
    signed.push(await signer.sign(effect.rewrite?.(encoded) ?? encoded, now));
  }
  const [bytes, ...following] = signed;
  return finish({ ...NO_REPLY, bytes, following, rcode: messages[0].rcode, key: verdict.keyName }, incoming, messages[0]);
}

const NO_REPLY: Reply = {
  bytes: undefined,
  following: [],
  delayMs: 0,
  otherPort: false,
  cutShort: false,
  request: undefined,
  rcode: null,
  fault: null,
  key: null,
  serial: null,
};

function decode(bytes: Uint8Array): Message | undefined {
  try {
    return decodeMessage(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function replyToGarbage(bytes: Uint8Array): Reply {
  const header = readHeader(bytes);
  if (header === undefined || header.response) return NO_REPLY;
  const { id, opcode, recursionDesired } = header;
  const reply = makeMessage({ id, opcode, recursionDesired, response: true, rcode: 'FORMERR' });
  return { ...NO_REPLY, bytes: encodeMessage(reply), rcode: 'FORMERR' };
}

// RFC 6891 section 6.2.3 to 6.2.5: what the client takes, less than 512 counts as 512; never more than what we think safe.
function maxReplySize(request: Message, transport: Transport): number {
  if (transport === 'tcp') return 0xffff;
  return Math.min(Math.max(request.edns?.udpPayloadSize ?? 512, 512), UDP_PAYLOAD_SIZE);
}

// What faults do to the octets, and how these go out.
function finish(reply: Reply, incoming: Incoming, message: Message): Reply {
  const { effect, request, fault } = incoming;
  const { bytes } = reply;
  if (fault === null || bytes === undefined) return { ...reply, request };
  const sent = { requestBytes: incoming.bytes, request, reply: message, transport: incoming.transport };
  const garbled = effect.garble === undefined ? bytes : effect.garble(bytes, sent);
  const { delayMs = 0, otherPort = false, cutShort = false } = effect;
  const how = { request, fault, delayMs, otherPort, cutShort };
  if (garbled === undefined) return { ...reply, ...how, bytes: undefined, following: [], rcode: null };
  if (effect.before === undefined) return { ...reply, ...how, bytes: garbled };
  return { ...reply, ...how, bytes: effect.before(garbled, sent), following: [garbled, ...reply.following] };
}

function textOf(faults: readonly Fault[]): string | null {
  return faults.length === 0 ? null : faults.map((fault) => fault.text).join(',');
}
