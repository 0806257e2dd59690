import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
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
} from '@srvkit/dns';
import { parseServerAddress } from '@srvkit/dns-client';
import { createTestServer } from '@srvkit/test-server';
import { damage, damages } from '../packages/dns/test/damage.ts';
import type { Damage } from '../packages/dns/test/damage.ts';
import { GOLDEN } from '../packages/dns/test/golden.ts';
import { FrameReader } from '../packages/dns-client/src/stream-frames.ts';
import { noneLeftOpen, openSockets } from './left-open.ts';
import { framed, inSmallLetters } from './octets.ts';
import { outcomeOf } from './target.ts';
import type { FuzzTarget } from './target.ts';

const ORIGIN = 'example.org.';
const ZONE = `$ORIGIN ${ORIGIN}\n$TTL 60\n@ SOA ns hostmaster 1 1 1 1 60\n@ NS ns\nns A 127.0.0.1\n_x._tcp SRV 1 2 3 a\na A 192.0.2.1\n`;
const KEY = makeTsigKey({
  name: parseDomainName('east-key'),
  algorithm: 'hmac-sha256',
  secret: new TextEncoder().encode('thirty-two octets of a secret ..'),
});
const NOW_MS = 1_700_000_000_000;
const PATIENCE_MS = 20_000;
/** Of the good question that follows every damaged request; no damaged one begins like that. */
const GOOD_ID = 0xbeef;

/** One damaged request. `request` counts through all that there are. */
interface Case {
  readonly request: number;
  readonly transport: 'udp' | 'tcp';
  readonly damages: readonly Damage[];
}

/** The test server, over real sockets, fed requests that are damaged. */
export async function requests(): Promise<FuzzTarget> {
  const before = openSockets();
  const sound = [...(await ourRequests()), ...GOLDEN.values()];
  const defects: Error[] = [];
  const hear = (warning: Error): void => void defects.push(warning);
  process.on('warning', hear);
  const server = await createTestServer({ zones: [ZONE], keys: [KEY], now: () => NOW_MS, limits: { maxRecordedRequests: 0 } });
  const { host, port } = parseServerAddress(server.address);
  const asker = await openAsker(host, port);
  let runs = 0;
  const property = fc.asyncProperty(casesOf(sound.length), async ({ request, transport, damages }) => {
    runs += 1;
    // Each has an id of its own, so that a late reply is known; TSIG keeps the id that was signed (RFC 8945 section 5.1).
    const octets = withId(sound[request] ?? new Uint8Array(), runs & 0x7fff);
    const whole = transport === 'udp' ? octets : framed(octets);
    const damaged = damage(whole, damages);
    const zone = server.zones.get(ORIGIN);
    if (transport === 'tcp') for (const reply of await overTcp(host, port, damaged)) checkReply(reply);
    else asker.send(damaged);
    await asker.untilGood();
    const signed = inSmallLetters(octets.subarray(2));
    const isIntact = transport === 'udp' ? inSmallLetters(damaged.subarray(2)) === signed : inSmallLetters(damaged).includes(signed);
    if (server.zones.get(ORIGIN) !== zone && !isIntact) throw new Error('a damaged UPDATE changed the zone');
    const [defect] = defects;
    if (defect !== undefined) throw defect;
  });
  return {
    properties: [
      {
        title: 'a server answers damaged requests rightly or not at all, changes nothing for them, and answers the next one',
        check: async (how) => outcomeOf(await fc.check<[Case]>(property, how)),
      },
    ],
    close: async () => {
      process.off('warning', hear);
      asker.close();
      await server.close();
      await noneLeftOpen(before);
    },
  };
}

function casesOf(requests: number): fc.Arbitrary<Case> {
  return fc.record({
    request: fc.nat({ max: requests - 1 }),
    transport: fc.constantFrom('udp', 'udp', 'udp', 'tcp'),
    damages,
  });
}

/** Questions, UPDATEs with and without a signature, and a transfer. */
async function ourRequests(): Promise<readonly Uint8Array[]> {
  const record = parseRecord('_x._tcp.example.org. 60 IN SRV 1 2 4711 b.example.org.');
  const update = encodeMessage(makeUpdate({ id: 2, zone: parseDomainName(ORIGIN), operations: [{ kind: 'add', record }] }));
  const { bytes } = await signMessage(update, hmacSigner(KEY), { timeSigned: NOW_MS / 1000 });
  return [
    question('_x._tcp.example.org', 'SRV'),
    question('nowhere.example.org', 'A'),
    question(ORIGIN, 'AXFR'),
    question(ORIGIN, 'SOA'),
    update,
    bytes,
    bytes,
  ];
}

function question(name: string, type: 'SRV' | 'A' | 'AXFR' | 'SOA'): Uint8Array {
  const question = [{ name: parseDomainName(name), type, class: 'IN' }] as const;
  return encodeMessage(makeMessage({ id: 1, question, edns: { udpPayloadSize: 1232, version: 0, dnssecOk: false, options: [] } }));
}

interface Asker {
  readonly send: (damaged: Uint8Array) => void;
  /** Asks a good question, and judges all that comes before its answer. */
  readonly untilGood: () => Promise<void>;
  readonly close: () => void;
}

async function openAsker(host: string, port: number): Promise<Asker> {
  const socket = createSocket('udp4');
  socket.connect(port, host);
  await once(socket, 'connect');
  /** What was sent lately, by its id: signed requests take their time. */
  const sent = new Map<number, Uint8Array>();
  const good = encodeMessage(
    makeMessage({ id: GOOD_ID, question: [{ name: parseDomainName('_x._tcp.example.org'), type: 'SRV', class: 'IN' }] }),
  );
  let heard: Uint8Array[] = [];
  let wake: (() => void) | undefined;
  socket.on('message', (reply) => {
    heard.push(reply);
    wake?.();
  });
  return {
    send: (damaged) => {
      sent.set(readId(damaged), damaged);
      socket.send(damaged);
    },
    untilGood: async () => {
      socket.send(good);
      for (;;) {
        await within(PATIENCE_MS, 'the server does not answer any more', (done) => {
          wake = done;
          if (heard.length > 0) done();
        });
        const replies = heard;
        heard = [];
        for (const reply of replies) if (readId(reply) !== GOOD_ID) judgeOverUdp(reply, sent.get(readId(reply)));
        const answer = replies.find((reply) => readId(reply) === GOOD_ID);
        if (answer === undefined) continue;
        const { rcode, answer: records } = decodeMessage(answer);
        if (rcode !== 'NOERROR' || records.length === 0) throw new Error(`the server answers a good question with ${rcode}`);
        return;
      }
    },
    close: () => socket.close(),
  };
}

function judgeOverUdp(reply: Uint8Array, request: Uint8Array | undefined): void {
  if (request === undefined) throw new Error('a reply to nothing that was asked');
  if (request.length < 12 || ((request[2] ?? 0) & 0x80) !== 0) throw new Error('a reply to what is no request');
  if (reply.length > 1232) throw new Error(`${reply.length} octets over UDP`);
  if ((((reply[2] ?? 0) ^ (request[2] ?? 0)) & 0x78) !== 0) throw new Error('a reply with another opcode');
  checkReply(reply);
}

function checkReply(reply: Uint8Array): void {
  if (!decodeMessage(reply).response) throw new Error('a reply that is a request');
}

/** Sends a stream, ends it, and gives the messages that come back before the server ends it too. */
async function overTcp(host: string, port: number, stream: Uint8Array): Promise<readonly Uint8Array[]> {
  const socket = connect(port, host);
  const frames = new FrameReader();
  const replies: Uint8Array[] = [];
  socket.on('data', (chunk) => replies.push(...frames.push(chunk)));
  socket.on('error', () => {}); // a server may hang up in the middle of what it cannot read
  socket.end(stream);
  await within(PATIENCE_MS, 'the server does not end a connection', (done) => void socket.once('close', done));
  return replies;
}

function within(ms: number, what: string, begin: (done: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(what)), ms);
    begin(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function readId(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

function withId(bytes: Uint8Array, id: number): Uint8Array {
  return Uint8Array.from([id >> 8, id & 0xff, ...bytes.subarray(2)]);
}
