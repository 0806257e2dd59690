import { encodeMessage, signMessage } from '@srvkit/dns';
import type { MessageSigner } from '@srvkit/dns';
import test from 'ava';
import type { Request } from './peer.ts';
import { UPDATE, NOW, signerOf, KEY, OTHER_SECRET, octets, signed, peerOf, clientOf } from './signed-exchange.ts';

interface Unverified {
  readonly title: string;
  readonly replies: (request: Request) => readonly (Uint8Array | Promise<Uint8Array>)[];
  readonly want: object;
}

/** TSIG records without a MAC, as servers answer wrong keys. */
const tsigError = (request: Request, error: 'BADKEY' | 'BADSIG'): Uint8Array => {
  const { tsig } = request.message;
  if (tsig === undefined) throw new Error('not signed');
  return octets(request, { rcode: 'NOTAUTH', tsig: { ...tsig, rdata: { ...tsig.rdata, mac: new Uint8Array(), error } } });
};

const UNVERIFIED: readonly Unverified[] = [
  { title: 'an unsigned reply', replies: (request) => [octets(request)], want: { tsig: 'unsigned', rcode: 'NOERROR', tsigError: null } },
  {
    title: 'an unsigned refusal',
    replies: (request) => [octets(request, { rcode: 'REFUSED' })],
    want: { tsig: 'unsigned', rcode: 'REFUSED' },
  },
  {
    title: 'a BADKEY',
    replies: (request) => [tsigError(request, 'BADKEY')],
    want: { tsig: 'unsigned', rcode: 'NOTAUTH', tsigError: 'BADKEY' },
  },
  {
    title: 'a BADSIG',
    replies: (request) => [tsigError(request, 'BADSIG')],
    want: { tsig: 'unsigned', rcode: 'NOTAUTH', tsigError: 'BADSIG' },
  },
  { title: 'a MAC of another secret', replies: (request) => [signed(request, OTHER_SECRET)], want: { tsig: 'bad-mac', rcode: 'NOERROR' } },
  {
    title: 'a MAC of another key',
    replies: (request) => [signed(request, signerOf('west-key.', 'x'.repeat(32)))],
    want: { tsig: 'bad-mac', rcode: 'NOERROR' },
  },
  {
    title: 'a reply to another request',
    replies: (request) => [signed(request, KEY, {}, { requestMac: new Uint8Array(32) })],
    want: { tsig: 'bad-mac', rcode: 'NOERROR' },
  },
  {
    title: 'a reply signed long ago',
    replies: (request) => [signed(request, KEY, {}, { timeSigned: NOW - 1000 })],
    want: { tsig: 'bad-mac', rcode: 'NOERROR' },
  },
  {
    title: 'the request sent back with another RCODE (publish 4.1)',
    replies: (request) => [encodeMessage({ ...request.message, response: true, rcode: 'REFUSED' })],
    want: { tsig: 'echoed', rcode: 'REFUSED' },
  },
  {
    title: 'of several the one that tells most',
    replies: (request) => [octets(request), tsigError(request, 'BADKEY'), signed(request, OTHER_SECRET)],
    want: { tsig: 'unsigned', rcode: 'NOTAUTH', tsigError: 'BADKEY' },
  },
];

for (const { title, replies, want } of UNVERIFIED) {
  test(`never believed: ${title}`, async (t) => {
    const peer = await peerOf(t, async (request) => {
      for (const reply of replies(request)) request.reply(await reply);
      request.hangUp();
    });
    const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY });
    t.like(outcome, { kind: 'unverified', clockOffsetMs: null, ...want });
  });
}

test('over UDP the most telling reply is named at the deadline, not before', async (t) => {
  const peer = await peerOf(t, (request) => {
    request.reply(octets(request));
    request.reply(tsigError(request, 'BADSIG'));
  });
  const startedAt = performance.now();
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, transport: 'udp', signer: KEY, timeoutMs: 1200 });
  t.like(outcome, { kind: 'unverified', tsig: 'unsigned', rcode: 'NOTAUTH', tsigError: 'BADSIG' });
  t.true(performance.now() - startedAt > 1100);
});

test("a MAC with Samba's mistake is told apart, and waited for no longer (publish 4.2)", async (t) => {
  const peer = await peerOf(t, async (request) => request.reply(await signedBySamba(request)));
  const startedAt = performance.now();
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, transport: 'udp', signer: KEY });
  t.like(outcome, { kind: 'unverified', tsig: 'samba-mac', rcode: 'NOERROR' });
  t.true(performance.now() - startedAt < 4000);
});

test('a verified BADTIME tells how far the clocks are apart', async (t) => {
  const other = Buffer.alloc(6);
  other.writeUIntBE(NOW + 1000, 0, 6);
  const peer = await peerOf(t, async (request) =>
    request.reply(await signed(request, KEY, { rcode: 'NOTAUTH' }, { error: 'BADTIME', other })),
  );
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY });
  t.like(outcome, { kind: 'answered', tsig: 'verified', rcode: 'NOTAUTH', tsigError: 'BADTIME', clockOffsetMs: 1_000_000 });
});

test('after a discarded reply over TCP there is little to wait for', async (t) => {
  const peer = await peerOf(t, (request) => request.reply(octets(request)));
  const startedAt = performance.now();
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY, timeoutMs: 20_000 });
  t.like(outcome, { kind: 'unverified', tsig: 'unsigned' });
  t.true(performance.now() - startedAt < 8000);
});

test('a server that hangs up after a discarded reply ends the wait', async (t) => {
  const peer = await peerOf(t, (request) => {
    request.reply(octets(request, { rcode: 'NOTAUTH' }));
    request.hangUp();
  });
  t.like(await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY }), { kind: 'unverified', rcode: 'NOTAUTH' });
});

test('after a no that is not signed, a server over TCP is told that no more is asked, and can still say what counts', async (t) => {
  const peer = await peerOf(t, (request) => {
    request.atEnd(() => void signed(request, KEY, { rcode: 'YXDOMAIN' }).then(request.reply).then(request.hangUp));
    request.reply(tsigError(request, 'BADSIG'));
  });
  t.like(await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY }), { kind: 'answered', rcode: 'YXDOMAIN' });
});

test('after a no that is not signed, nobody waits longer than the server does', async (t) => {
  const ended: string[] = [];
  const peer = await peerOf(t, (request) => {
    request.atEnd(() => {
      ended.push('asked no more');
      request.hangUp();
    });
    request.reply(tsigError(request, 'BADSIG'));
  });
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY });
  t.like(outcome, { kind: 'unverified', rcode: 'NOTAUTH', tsigError: 'BADSIG' });
  t.deepEqual(ended, ['asked no more']);
});

async function signedBySamba(request: Request): Promise<Uint8Array> {
  const requestMac = request.message.tsig?.rdata.mac ?? new Uint8Array();
  const samba: MessageSigner = { ...KEY, sign: (bytes) => KEY.sign(bytes.subarray(2)) };
  const { bytes } = await signMessage(octets(request), samba, { timeSigned: NOW, requestMac });
  return bytes;
}
