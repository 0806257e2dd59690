import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import {
  decodeMessage,
  encodeMessage,
  hmacSigner,
  makeMessage,
  makeTsigKey,
  makeUpdate,
  parseDomainName,
  parseRecord,
  signMessage,
  WireError,
} from '@srvkit/dns';
import type { Message } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import type { DnsClient, ExchangeOutcome, Lookup } from '@srvkit/dns-client';
import { damage, damages } from '../packages/dns/test/damage.ts';
import type { Damage } from '../packages/dns/test/damage.ts';
import { response } from '../packages/dns-client/test/messages.ts';
import type { ResponseParts } from '../packages/dns-client/test/messages.ts';
import { createPeer } from '../packages/dns-client/test/peer.ts';
import type { Request } from '../packages/dns-client/test/peer.ts';
import { noneLeftOpen, openSockets } from './left-open.ts';
import { framed, inSmallLetters } from './octets.ts';
import { outcomeOf } from './target.ts';
import type { FuzzProperty, FuzzTarget } from './target.ts';

const NAME = parseDomainName('_x._tcp.example.org');
const ASKED = { name: NAME, type: 'SRV', class: 'IN' } as const;
const GOOD = '_x._tcp.example.org. 60 IN SRV 1 2 4711 good.example.org.';
const ZONE = parseDomainName('example.org');
const UPDATE = makeUpdate({ id: 0, zone: ZONE, operations: [{ kind: 'add', record: parseRecord(GOOD) }] });
const SIGNER = hmacSigner(
  makeTsigKey({
    name: parseDomainName('east-key'),
    algorithm: 'hmac-sha256',
    secret: new TextEncoder().encode('thirty-two octets of a secret ..'),
  }),
);
const NOW_MS = 1_700_000_000_000;
const SOA = 'example.org. 900 IN SOA ns.example.org. root.example.org. 7 1 1 1 300';

/** What is damaged: replies of every kind there is. */
const SHAPES: readonly ResponseParts[] = [
  {
    answer: [1, 2, 3].map((n) => `_x._tcp.example.org. 60 IN SRV ${n} 2 3 h${n}.example.org.`),
    additional: ['h1.example.org. 60 IN A 192.0.2.1'],
  },
  { answer: ['_x._tcp.example.org. 60 IN CNAME b.example.org.', 'b.example.org. 60 IN SRV 1 2 3 a.example.org.'] },
  { answer: ['_x._tcp.example.org. 60 IN SRV 0 0 0 .'] },
  { rcode: 'NXDOMAIN', authority: [SOA] },
  { authority: [SOA] },
  {
    rcode: 'SERVFAIL',
    edns: { udpPayloadSize: 1232, version: 0, dnssecOk: false, options: [{ code: 15, data: Uint8Array.of(0, 22, 110, 111) }] },
  },
  { truncated: true },
];

/** One damaged reply, in front of the good one. */
interface Case {
  readonly shape: number;
  readonly transport: 'udp' | 'tcp';
  readonly damages: readonly Damage[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  shape: fc.nat({ max: SHAPES.length - 1 }),
  transport: fc.constantFrom('udp', 'udp', 'udp', 'tcp'),
  damages,
});

/** A new client after so many: the last one must have left nothing open, and have learnt nothing that spoils the next. */
const RUNS_OF_A_CLIENT = 100;

/** The DNS client, over real sockets, at a server whose replies are damaged. */
export async function replies(): Promise<FuzzTarget> {
  const before = openSockets();
  const server = await damagingServer();
  const withServer = openSockets();
  let client: DnsClient | undefined;
  let runs = 0;
  const next = async (): Promise<DnsClient> => {
    runs += 1;
    if (client !== undefined && runs % RUNS_OF_A_CLIENT !== 1) return client;
    const old = client;
    client = undefined;
    if (old !== undefined) {
      await doesGood(old);
      await old.close();
      await noneLeftOpen(withServer);
    }
    client = createDnsClient({
      servers: [server.address],
      cache: false,
      timeoutMs: 20_000,
      tryTimeoutMs: 20_000,
      tcpTimeoutMs: 20_000,
      now: () => NOW_MS,
    });
    return client;
  };
  const doesGood = async (client: DnsClient): Promise<void> => {
    server.damageNext(undefined);
    const lookup = await client.lookup(NAME, 'SRV');
    if (!isGood(lookup)) throw new Error(`a good reply was not believed: ${JSON.stringify(lookup)}`);
  };
  const lookups = fc.asyncProperty(cases, async (each) => {
    const client = await next();
    server.damageNext(each);
    judgeLookup(await client.lookup(NAME, 'SRV'), server.sent());
  });
  const exchanges = fc.asyncProperty(cases, async (each) => {
    const client = await next();
    server.damageNext(each);
    const { transport } = each;
    const outcome = await client.exchange(UPDATE, { server: server.address, signer: SIGNER, transport });
    if (outcome.kind === 'answered' && isOneOf(server.good(), outcome.message)) return;
    judgeExchange(outcome, server.sent(), transport);
  });
  return {
    properties: [
      property('a lookup believes what fits its question, and gets over the rest', lookups),
      property('a signed exchange believes what its key has signed, and nothing else', exchanges),
    ],
    close: async () => {
      await doesGood(await next());
      await client?.close();
      await noneLeftOpen(withServer);
      await server.close();
      await noneLeftOpen(before);
    },
  };
}

function property(title: string, property: fc.IAsyncProperty<[Case]>): FuzzProperty {
  return { title, check: async (how) => outcomeOf(await fc.check<[Case]>(property, how)) };
}

/** A reply that was damaged. Good ones follow it. */
interface Sent {
  readonly request: Uint8Array;
  /** As it would have been; over TCP with its length in front. */
  readonly sound: Uint8Array;
  /** Over TCP with the good one behind it: where lengths lie, both are one stream. */
  readonly damaged: Uint8Array;
}

interface DamagingServer {
  readonly address: string;
  /** What is done to the next reply over that transport. */
  readonly damageNext: (each: Case | undefined) => void;
  /** The damaged reply since then. */
  readonly sent: () => Sent | undefined;
  /** The good ones since then. */
  readonly good: () => readonly Uint8Array[];
  readonly close: () => Promise<void>;
}

async function damagingServer(): Promise<DamagingServer> {
  let plan: Case | undefined;
  let sent: Sent | undefined;
  let goods: Uint8Array[] = [];
  const answer = async (request: Request): Promise<void> => {
    const { transport } = request;
    const good = await reply(request, { answer: [GOOD] });
    goods.push(good);
    const now = plan;
    if (now === undefined) return request.reply(good);
    if (now.transport !== transport) {
      if (transport === 'udp') request.reply(await reply(request, { truncated: true }));
      else request.reply(good);
      return;
    }
    plan = undefined;
    const shaped = await reply(request, SHAPES[now.shape] ?? {});
    const sound = transport === 'udp' ? shaped : framed(shaped);
    const damaged = damage(sound, now.damages);
    sent = { request: request.bytes, sound, damaged: transport === 'udp' ? damaged : Buffer.concat([damaged, framed(good)]) };
    request.raw(damaged);
    request.reply(good);
    request.hangUp();
  };
  const peer = await createPeer((request) => void answer(request));
  return {
    address: peer.address,
    damageNext: (each) => {
      plan = each;
      sent = undefined;
      goods = [];
      peer.requests.length = 0;
    },
    sent: () => sent,
    good: () => goods,
    close: peer.close,
  };
}

/** The octets of a reply, signed when the request was. */
async function reply({ message }: Request, parts: ResponseParts): Promise<Uint8Array> {
  const { id, opcode, question, tsig } = message;
  const unsigned = encodeMessage(
    opcode === 'QUERY'
      ? response(question[0] ?? ASKED, { id, ...parts })
      : makeMessage({ id, opcode, response: true, question, ...headerOf(parts) }),
  );
  if (tsig === undefined) return unsigned;
  const { bytes } = await signMessage(unsigned, SIGNER, { timeSigned: NOW_MS / 1000, requestMac: tsig.rdata.mac });
  return bytes;
}

function headerOf({ rcode = 'NOERROR', truncated = false }: ResponseParts): Partial<Message> {
  return { rcode, truncated };
}

function judgeLookup(lookup: Lookup, sent: Sent | undefined): void {
  if (isGood(lookup)) return;
  const last = lookup.tries.at(-1);
  if (sent === undefined) throw new Error(`nothing was damaged, but there is ${lookup.kind}`);
  if (lookup.tries.some(({ outcome }) => outcome === 'timeout' || outcome === 'unreachable')) throw new Error('it waited for nothing');
  if (last?.transport === 'tcp') return judgeOverTcp(lookup, sent);
  const { request, damaged } = sent;
  if (!fits(request, damaged)) throw new Error(`believed a reply that does not fit: ${lookup.kind} ${JSON.stringify(lookup.tries)}`);
  const said = decoded(damaged);
  if (said === undefined && last?.outcome !== 'garbage') throw new Error(`read what cannot be read: ${lookup.kind}`);
  if (said !== undefined && last?.rcode !== said.rcode) throw new Error(`says ${String(last?.rcode)} where the reply said ${said.rcode}`);
  if (lookup.kind === 'records') checkOwners(lookup);
}

/** A stream whose lengths lie may bring anything, in pieces; it must have been a whole message that fitted. */
function judgeOverTcp(lookup: Lookup, { request, damaged }: Sent): void {
  if (lookup.kind === 'failed' && (lookup.why === 'tcp' || lookup.why === 'garbage')) return;
  if (!frames(damaged).some((frame) => fits(request, frame))) throw new Error(`believed a frame that does not fit: ${lookup.kind}`);
  if (lookup.kind === 'records') checkOwners(lookup);
}

function checkOwners({ name, records, chain, type }: Lookup): void {
  const foreign = records.find((record) => record.type !== type || (chain.length === 0 && !record.name.equals(name)));
  if (foreign !== undefined) throw new Error(`kept a record of another owner or type: ${foreign.name.toString()} ${foreign.type}`);
}

/** RFC 5452 section 9.1, read off the octets: id, QR, opcode and the one question, or none with an error. */
function fits(request: Uint8Array, reply: Uint8Array): boolean {
  if (reply.length < 12 || reply[0] !== request[0] || reply[1] !== request[1] || ((reply[2] ?? 0) & 0xf8) !== 0x80) return false;
  const count = ((reply[4] ?? 0) << 8) | (reply[5] ?? 0);
  if (count === 0) return [1, 2, 4, 5].includes((reply[3] ?? 0) & 0x0f);
  const end = 12 + NAME.wire.length + 4;
  return count === 1 && reply.length >= end && inSmallLetters(reply.subarray(12, end)) === inSmallLetters(request.subarray(12, end));
}

/** The whole messages of a stream: one that does not fit is passed over, and the next one may. */
function frames(stream: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at + 2 <= stream.length;) {
    const end = at + 2 + (((stream[at] ?? 0) << 8) | (stream[at + 1] ?? 0));
    if (end > stream.length) break;
    frames.push(stream.subarray(at + 2, end));
    at = end;
  }
  return frames;
}

function judgeExchange(outcome: ExchangeOutcome, sent: Sent | undefined, transport: 'udp' | 'tcp'): void {
  if (outcome.kind !== 'answered') {
    // Over UDP a good reply follows in any case; over TCP damaged lengths swallow it.
    if (transport === 'udp') throw new Error(`${outcome.kind} ${outcome.tsig}, though a good reply came`);
    return;
  }
  if (outcome.tsig !== 'verified') throw new Error('an unsigned reply was believed');
  if (sent === undefined) throw new Error('believed what nobody said');
  // What is signed is the name of the key in small letters (RFC 8945 section 4.3.3).
  const [said, signed] = [inSmallLetters(sent.damaged), inSmallLetters(sent.sound)];
  if (transport === 'udp' ? said !== signed : !said.includes(signed)) throw new Error('believed a damaged reply');
}

function isOneOf(replies: readonly Uint8Array[], message: Message): boolean {
  return replies.some((bytes) => isDeepStrictEqual(decoded(bytes), message));
}

function decoded(bytes: Uint8Array): Message | undefined {
  try {
    return decodeMessage(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function isGood({ kind, records }: Lookup): boolean {
  const [record] = records;
  return kind === 'records' && records.length === 1 && record?.rdata.type === 'SRV' && record.rdata.port === 4711;
}
