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
import type { Fault, Transport } from './fault.ts';
import { answerQuery, makeReply, UDP_PAYLOAD_SIZE } from './zone/answer-query.ts';
import type { Zone } from './zone/zone.ts';

export interface NameServerOptions {
  readonly zones: readonly Zone[];
  readonly keys?: readonly TsigKey[];
  readonly faults?: readonly Fault[];
  /** Whether a key may update a zone. Any of the keys may update any zone unless given. */
  readonly mayUpdate?: (key: DomainName, zone: DomainName) => boolean;
  /** epoch ms, for TSIG */
  readonly now: () => number;
}

/** A reply and how it came about. */
export interface Reply {
  /** What goes out; undefined when there is no reply. */
  readonly bytes: Uint8Array | undefined;
  /** The further messages of a zone transfer. */
  readonly following: readonly Uint8Array[];
  readonly delayMs: number;
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

  constructor({ zones, keys = [], faults = [], mayUpdate = () => true, now }: NameServerOptions) {
    this.zones = new Map(zones.map((zone) => [zone.origin.key, zone]));
    this.faults = faults;
    this.#findSigner = keyring(keys.map((key) => hmacSigner(key)));
    this.#mayUpdate = mayUpdate;
    this.#now = now;
  }

  /** Answers one request. At once, unless it is signed. Silent towards responses and what is shorter than a header; FORMERR for what cannot be read. */
  respond(bytes: Uint8Array, transport: Transport): Reply | Promise<Reply> {
    const request = decode(bytes);
    if (request === undefined) return replyToGarbage(bytes);
    if (request.response) return { ...NO_REPLY, request };
    const faults = faultsFor(this.faults, request);
    if (request.tsig !== undefined) return this.#respondSigned(bytes, request, transport, faults);
    const { message, serial } = this.#process(request, null, faults);
    if (message === undefined) return { ...NO_REPLY, request, fault: textOf(faults) };
    const reply = reshape(message, transport, faults);
    const encoded = encodeMessage(reply, { maxSize: maxReplySize(request, transport) });
    return spoil({ bytes: encoded, following: [], delayMs: 0, request, rcode: reply.rcode, fault: null, key: null, serial }, faults);
  }

  async #respondSigned(bytes: Uint8Array, request: Message, transport: Transport, faults: readonly Fault[]): Promise<Reply> {
    const now = Math.floor(this.#now() / 1000);
    const verdict = await verifyMessage(bytes, this.#findSigner, { now });
    const refusal = tsigRefusal(verdict);
    const key = verdict.kind === 'verified' ? verdict.keyName : null;
    if (verdict.kind === 'verified' && transport === 'tcp' && !faults.some(({ effect }) => effect.instead !== undefined)) {
      const transfer = answerTransfer(this.zones, request);
      if (transfer !== undefined) return transferReply(transfer, verdict, { request, faults, now });
    }
    const { message, serial } =
      refusal === undefined ? this.#process(request, key, faults) : { message: makeReply(request, refusal), serial: null };
    if (message === undefined) return { ...NO_REPLY, request, fault: textOf(faults) };
    const reply = reshape(message, transport, faults);
    const reserve = replyReserve(verdict);
    // Long names, in the request perhaps compressed, must not leave a signed reply without room.
    const room = encodeMessage({ ...reply, answer: [], authority: [], additional: [] }).length + reserve;
    const encoded = encodeMessage(reply, { maxSize: Math.max(maxReplySize(request, transport), room), reserve });
    const signed = await signReply(encoded, verdict, { now });
    return spoil({ bytes: signed.bytes, following: [], delayMs: 0, request, rcode: reply.rcode, fault: null, key, serial }, faults);
  }

  #process(
    request: Message,
    key: DomainName | null,
    faults: readonly Fault[],
  ): { message: Message | undefined; serial: SerialChange | null } {
    for (const { effect } of faults) {
      if (effect.instead !== undefined) return { message: effect.instead(request), serial: null };
    }
    if (request.opcode !== 'UPDATE') return { message: answerQuery(this.zones, request), serial: null };
    const { rcode, serial } = answerUpdate(this.zones, request, { key, mayUpdate: this.#mayUpdate });
    return { message: makeReply(request, rcode), serial };
  }
}

/** Every message of a transfer is signed, each over the one before (RFC 8945 section 5.3.1). */
async function transferReply(
  messages: readonly [Message, ...Message[]],
  verdict: Extract<TsigVerdict, { kind: 'verified' }>,
  { request, faults, now }: { readonly request: Message; readonly faults: readonly Fault[]; readonly now: number },
): Promise<Reply> {
  const signer = streamSigner(verdict.signer, verdict.mac);
  const signed: Uint8Array[] = [];
  for (const message of messages) {
    const encoded = encodeMessage(reshape(message, 'tcp', faults), { maxSize: 0xffff, reserve: replyReserve(verdict) });
    signed.push(await signer.sign(encoded, now));
  }
  const [bytes, ...following] = signed;
  return spoil(
    { bytes, following, delayMs: 0, request, rcode: messages[0].rcode, fault: null, key: verdict.keyName, serial: null },
    faults,
  );
}

const NO_REPLY: Reply = {
  bytes: undefined,
  following: [],
  delayMs: 0,
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

function reshape(message: Message, transport: Transport, faults: readonly Fault[]): Message {
  return faults.reduce((reply, { effect }) => effect.reshape?.(reply, transport) ?? reply, message);
}

// What faults do to a finished reply.
function spoil(reply: Reply, faults: readonly Fault[]): Reply {
  if (faults.length === 0) return reply;
  const bytes = faults.reduce((octets, { effect }) => octets && (effect.garble?.(octets) ?? octets), reply.bytes);
  const delayMs = faults.reduce((sum, { effect }) => sum + (effect.delayMs ?? 0), 0);
  return { ...reply, bytes, delayMs, fault: textOf(faults) };
}

function textOf(faults: readonly Fault[]): string | null {
  return faults.length === 0 ? null : faults.map((fault) => fault.text).join(',');
}
