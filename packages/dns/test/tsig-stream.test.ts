import test from 'ava';
import {
  decodeMessage,
  encodeMessage,
  hmacSigner,
  makeMessage,
  makeTsigKey,
  parseDomainName,
  signMessage,
  streamSigner,
  streamVerifier,
} from '@srvkit/dns';

const NOW = 1_795_300_000;
const REQUEST_MAC = Uint8Array.from({ length: 32 }, (_, at) => at);
const signer = hmacSigner(makeTsigKey({ name: parseDomainName('xfer-key'), secret: Buffer.from('xfer-test-secret-32-bytes-long!!') }));

test('every message of a stream is signed, and each verifies after the one before', async (t) => {
  const verifier = streamVerifier(signer, REQUEST_MAC);
  t.false(verifier.isProven);
  for (const bytes of await signedStream(5)) {
    t.is((await verifier.accept(bytes, NOW)).kind, 'verified');
    t.true(verifier.isProven);
  }
});

test('the first message of a stream is signed like any reply', async (t) => {
  const [first] = await signedStream(1);
  const alone = await signMessage(message(0), signer, { timeSigned: NOW, requestMac: REQUEST_MAC });
  t.deepEqual(first, alone.bytes);
});

test('up to 99 unsigned messages may stand between two signed ones, covered by the next MAC', async (t) => {
  const verifier = streamVerifier(signer, REQUEST_MAC);
  for (const bytes of await sparseStream(99)) {
    const { kind } = await verifier.accept(bytes, NOW);
    t.is(kind, decodeMessage(bytes).tsig === undefined ? 'unproven' : 'verified');
    t.is(verifier.isProven, kind === 'verified');
  }
  t.true(verifier.isProven);
});

test('the hundredth unsigned message ends the stream for good', async (t) => {
  const verifier = streamVerifier(signer, REQUEST_MAC);
  const kinds: string[] = [];
  for (const bytes of await sparseStream(100)) kinds.push((await verifier.accept(bytes, NOW)).kind);
  t.deepEqual(kinds.slice(-4), ['unproven', 'unproven', 'unsigned', 'unsigned']);
  t.false(verifier.isProven);
});

test('an unsigned first message is not accepted', async (t) => {
  const verifier = streamVerifier(signer, REQUEST_MAC);
  t.is((await verifier.accept(message(0), NOW)).kind, 'unsigned');
  const [first] = await signedStream(1);
  t.is((await verifier.accept(first ?? message(0), NOW)).kind, 'unsigned');
});

test('a message left out, doubled, changed or moved breaks the stream', async (t) => {
  const [a, b, c] = await signedStream(3);
  if (a === undefined || b === undefined || c === undefined) throw new TypeError('Three messages were asked for');
  const changed = Uint8Array.from(b);
  changed[3] = 1;
  for (const order of [[a, c], [a, a], [a, changed], [b], [a, b, b]]) {
    const verifier = streamVerifier(signer, REQUEST_MAC);
    const kinds: string[] = [];
    for (const bytes of order) kinds.push((await verifier.accept(bytes, NOW)).kind);
    t.deepEqual(kinds, [...order.slice(1).map(() => 'verified'), 'bad-sig']);
  }
});

test('a changed unsigned message is noticed at the next MAC', async (t) => {
  const verifier = streamVerifier(signer, REQUEST_MAC);
  const [first, second, third] = await sparseStream(1);
  if (first === undefined || second === undefined || third === undefined) throw new TypeError('Three messages were asked for');
  const changed = Uint8Array.from(second);
  changed[3] = 1;
  await verifier.accept(first, NOW);
  t.is((await verifier.accept(changed, NOW)).kind, 'unproven');
  t.is((await verifier.accept(third, NOW)).kind, 'bad-sig');
});

test('each message is held against the time it arrives at', async (t) => {
  const verifier = streamVerifier(signer, REQUEST_MAC);
  const [first, second] = await signedStream(2);
  await verifier.accept(first ?? message(0), NOW);
  t.is((await verifier.accept(second ?? message(0), NOW + 302)).kind, 'bad-time');
});

async function signedStream(length: number): Promise<Uint8Array[]> {
  const stream = streamSigner(signer, REQUEST_MAC);
  const messages: Uint8Array[] = [];
  for (let index = 0; index < length; index += 1) messages.push(await stream.sign(message(index), NOW + index));
  return messages;
}

// A signed message, `unsigned` ones, and a signed one over them all: made by a signer that puts the unsigned ones before what it is given.
async function sparseStream(unsigned: number): Promise<Uint8Array[]> {
  const between = Array.from({ length: unsigned }, (_, index) => message(index + 1));
  let signed = 0;
  const stream = streamSigner(
    {
      ...signer,
      sign: (bytes) => {
        signed += 1;
        const prior = signed === 1 ? 0 : 2 + 32; // the MAC before, with its length
        return signer.sign(signed === 1 ? bytes : Buffer.concat([bytes.subarray(0, prior), ...between, bytes.subarray(prior)]));
      },
    },
    REQUEST_MAC,
  );
  const first = await stream.sign(message(0), NOW);
  return [first, ...between, await stream.sign(message(unsigned + 1), NOW)];
}

function message(id: number): Uint8Array {
  return encodeMessage(
    makeMessage({ id, response: true, question: [{ name: parseDomainName('example.org'), type: 'AXFR', class: 'IN' }] }),
  );
}
