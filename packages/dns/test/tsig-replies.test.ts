import test from 'ava';
import { decodeMessage, parseDomainName, replyReserve, signMessage, signReply, tsigRefusal, verifyMessage } from '@srvkit/dns';
import type { MessageSigner, TsigVerdict } from '@srvkit/dns';
import { find, NOW, SECRET, signed, signer, update, withMacOctets } from './signed-update.ts';

test('a reply verifies with the MAC of its request, not without it or with another', async (t) => {
  const request = await signMessage(update, signer, { timeSigned: NOW });
  const reply = await signReply(replyTo(0), await verifyMessage(request.bytes, find, { now: NOW }), { now: NOW + 1.5 });
  const kinds = await Promise.all(
    [request.mac, undefined, request.mac.map((octet) => octet ^ 1)].map(async (requestMac) => {
      const verdict = await verifyMessage(reply.bytes, find, { now: NOW, ...(requestMac === undefined ? {} : { requestMac }) });
      return verdict.kind;
    }),
  );
  t.deepEqual(kinds, ['verified', 'bad-sig', 'bad-sig']);
  t.is(decodeMessage(reply.bytes).tsig?.rdata.timeSigned, NOW + 1);
});

interface Refusal {
  readonly title: string;
  readonly request: () => Promise<Uint8Array>;
  readonly now?: number;
  readonly rcode: ReturnType<typeof tsigRefusal>;
  /** What the client makes of the reply, given the MAC of its request. */
  readonly reply: Partial<TsigVerdict> & { readonly kind: TsigVerdict['kind']; readonly serverTime?: number };
}

const refusals: readonly Refusal[] = [
  { title: 'a good request', request: () => signed({}), rcode: undefined, reply: { kind: 'verified' } },
  { title: 'an unsigned request', request: async () => update, rcode: undefined, reply: { kind: 'unsigned' } },
  {
    title: 'an unknown key',
    request: () => signed({ name: parseDomainName('nokey') }),
    rcode: 'NOTAUTH',
    reply: { kind: 'peer-error', error: 'BADKEY', mac: new Uint8Array() },
  },
  {
    title: 'a wrong secret',
    request: () => signed({ secret: Buffer.from('x') }),
    rcode: 'NOTAUTH',
    reply: { kind: 'peer-error', error: 'BADSIG', mac: new Uint8Array() },
  },
  {
    title: 'a wrong clock',
    request: () => signed({}),
    now: NOW + 1000.9,
    rcode: 'NOTAUTH',
    reply: { kind: 'bad-time', error: 'BADTIME', timeSigned: NOW, fudge: 300, serverTime: NOW + 1000 },
  },
  {
    title: 'a MAC that is too short',
    request: () => signed({ macOctets: 20 }),
    rcode: 'NOTAUTH',
    reply: { kind: 'bad-trunc', error: 'BADTRUNC' },
  },
  {
    title: 'a MAC of impossible length',
    request: async () => withMacOctets(await signed({}), 5),
    rcode: 'FORMERR',
    reply: { kind: 'unsigned' },
  },
];

for (const { title, request, now = NOW, rcode, reply } of refusals) {
  test(`${title} is answered as RFC 8945 section 5.2 says, in as many octets as were reserved`, async (t) => {
    const bytes = await request();
    const verdict = await verifyMessage(bytes, find, { now });
    t.is(tsigRefusal(verdict), rcode);
    const plain = replyTo(rcode === 'NOTAUTH' ? 9 : 1);
    const answer = await signReply(plain, verdict, { now });
    t.is(answer.bytes.length, plain.length + replyReserve(verdict));
    const requestMac = decodeMessage(bytes).tsig?.rdata.mac ?? new Uint8Array();
    t.like(await verifyMessage(answer.bytes, find, { now: NOW, requestMac }), reply);
  });
}

test('a request that claims an error without a MAC is not taken for a reply', async (t) => {
  const bytes = await signReply(update, await verifyMessage(await signed({ secret: SECRET.subarray(1) }), find, { now: NOW }), {
    now: NOW,
  });
  t.is((await verifyMessage(bytes.bytes, find, { now: NOW })).kind, 'form-error');
});

test("Samba's reply, whose MAC leaves out the length of the request's MAC, verifies only when asked for so", async (t) => {
  const requestMac = Uint8Array.from({ length: 32 }, (_, at) => at);
  // The signer is handed the digest itself: without the two octets of the length in front it is Samba's.
  const samba: MessageSigner = { ...signer, sign: (bytes) => signer.sign(bytes.subarray(2)) };
  const { bytes } = await signMessage(replyTo(0), samba, { timeSigned: NOW, requestMac });
  t.is((await verifyMessage(bytes, find, { now: NOW, requestMac })).kind, 'bad-sig');
  t.is((await verifyMessage(bytes, find, { now: NOW, requestMac, digest: 'samba' })).kind, 'verified');
});

function replyTo(rcode: number): Uint8Array {
  const bytes = Uint8Array.from(update.subarray(0, 12));
  bytes.fill(0, 4);
  bytes[2] = (bytes[2] ?? 0) | 0x80;
  bytes[3] = rcode;
  return bytes;
}
