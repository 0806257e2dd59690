import test from 'ava';
import { decodeMessage, keyring, parseDomainName, signMessage, verifyMessage } from '@srvkit/dns';
import type { MessageSigner, TsigAlgorithm, TsigVerdict } from '@srvkit/dns';
import { find, makeSigner, NOW, signed, signer, update, withMacOctets } from './signed-update.ts';

const algorithms: readonly (readonly [TsigAlgorithm, macOctets: number])[] = [
  ['hmac-sha256', 32],
  ['hmac-sha224', 28],
  ['hmac-sha384', 48],
  ['hmac-sha512', 64],
  ['hmac-sha256-128', 16],
  ['hmac-sha384-192', 24],
  ['hmac-sha512-256', 32],
  ['hmac-sha1', 20],
  ['hmac-md5', 16],
];

for (const [algorithm, macOctets] of algorithms) {
  test(`a message signed by ${algorithm} has a MAC of ${macOctets} octets and verifies`, async (t) => {
    const own = makeSigner({ algorithm });
    const { bytes, mac } = await signMessage(update, own, { timeSigned: NOW });
    t.is(mac.length, macOctets);
    const verdict = await verifyMessage(bytes, keyring([own]), { now: NOW });
    t.like(verdict, { kind: 'verified', mac, timeSigned: NOW, fudge: 300, error: 'NOERROR', signer: own });
  });
}

test('the TSIG record is the last one, names in lower case, and the message before it is what was signed', async (t) => {
  const { bytes, mac } = await signMessage(update, makeSigner({ name: parseDomainName('East-KEY.example.org') }), { timeSigned: NOW });
  const { tsig, ...message } = decodeMessage(bytes);
  t.deepEqual({ ...message, tsig: undefined }, decodeMessage(update));
  t.is(tsig?.name.toString(), 'east-key.example.org.');
  t.like(tsig?.rdata, { timeSigned: NOW, fudge: 300, originalId: 0x1234, error: 'NOERROR', mac });
  t.is(tsig?.rdata.algorithm.toString(), 'hmac-sha256.');
  t.deepEqual(bytes.subarray(12, update.length), update.subarray(12));
});

test('signing leaves the message it was given as it was', async (t) => {
  const before = Uint8Array.from(update);
  await signMessage(update, signer, { timeSigned: NOW });
  t.deepEqual(update, before);
});

test('signing refuses what is no message, fractions of a second, and what would be too large', async (t) => {
  await t.throwsAsync(signMessage(new Uint8Array(11), signer, { timeSigned: NOW }), { instanceOf: TypeError, message: /12 octets/ });
  await t.throwsAsync(signMessage(update, signer, { timeSigned: NOW + 0.5 }), { instanceOf: RangeError });
  await t.throwsAsync(signMessage(new Uint8Array(65_500), signer, { timeSigned: NOW }), { instanceOf: RangeError, message: /no room/ });
});

interface Case {
  readonly title: string;
  readonly bytes: () => Promise<Uint8Array>;
  readonly now?: number;
  readonly kind: TsigVerdict['kind'];
}

const cases: readonly Case[] = [
  { title: 'an unsigned message', bytes: async () => update, kind: 'unsigned' },
  { title: 'an unknown key', bytes: () => signed({ name: parseDomainName('nokey') }), kind: 'bad-key' },
  { title: 'a known key with another algorithm', bytes: () => signed({ algorithm: 'hmac-sha512' }), kind: 'bad-key' },
  { title: 'another secret', bytes: () => signed({ secret: Buffer.from('wrong') }), kind: 'bad-sig' },
  { title: 'the key name in upper case', bytes: () => signed({ name: parseDomainName('ADMIN-KEY') }), kind: 'verified' },
  { title: 'a time 300 s ago', bytes: () => signed({}), now: NOW + 300, kind: 'verified' },
  { title: 'a time 301 s ago', bytes: () => signed({}), now: NOW + 301, kind: 'bad-time' },
  { title: 'a time 300 s ahead', bytes: () => signed({}), now: NOW - 300, kind: 'verified' },
  { title: 'a time 301 s ahead', bytes: () => signed({}), now: NOW - 301, kind: 'bad-time' },
  {
    title: 'another secret and another time (the MAC comes first)',
    bytes: () => signed({ secret: Buffer.from('x') }),
    now: NOW + 999,
    kind: 'bad-sig',
  },
  { title: 'a MAC cut to half', bytes: () => signed({ macOctets: 16 }), kind: 'bad-trunc' },
  {
    title: 'a MAC cut to half and another time (time comes before truncation)',
    bytes: () => signed({ macOctets: 16 }),
    now: NOW + 999,
    kind: 'bad-time',
  },
  { title: 'a MAC cut to less than half', bytes: async () => withMacOctets(await signed({}), 15), kind: 'form-error' },
  { title: 'a MAC longer than the hash', bytes: async () => withMacOctets(await signed({}), 33), kind: 'form-error' },
  { title: 'an empty MAC', bytes: async () => withMacOctets(await signed({}), 0), kind: 'form-error' },
  { title: 'a TSIG record that is not the last', bytes: async () => withAppended(await signed({}), OPT), kind: 'form-error' },
  { title: 'two TSIG records', bytes: async () => twice(await signed({})), kind: 'form-error' },
  { title: 'TTL 1', bytes: async () => patched(await signed({}), 4, 1), kind: 'form-error' },
  { title: 'class IN', bytes: async () => patched(await signed({}), 2, 0, 1), kind: 'form-error' },
  { title: 'half a message', bytes: async () => (await signed({})).subarray(0, 60), kind: 'form-error' },
  { title: 'no octets', bytes: async () => new Uint8Array(), kind: 'form-error' },
  { title: 'another id, as a forwarder makes it', bytes: async () => withId(await signed({}), 0xffff), kind: 'verified' },
];

for (const { title, bytes, now = NOW, kind } of cases) {
  test(`${title}: ${kind}`, async (t) => {
    const verdict = await verifyMessage(await bytes(), find, { now });
    t.is(verdict.kind, kind);
    if (verdict.kind === 'form-error') t.true(verdict.why.length > 10);
  });
}

test('a finder that returns another key than the one asked for is not believed', async (t) => {
  const other = makeSigner({ name: parseDomainName('other') });
  const { bytes } = await signMessage(update, signer, { timeSigned: NOW });
  t.is((await verifyMessage(bytes, () => other, { now: NOW })).kind, 'bad-key');
});

test('a keyring finds by name and algorithm without regard to case, the first of two', (t) => {
  const a = makeSigner({ name: parseDomainName('A') });
  const again = makeSigner({ name: parseDomainName('a') });
  const b = makeSigner({ name: parseDomainName('a'), algorithm: 'hmac-sha512' });
  const ring = keyring([a, again, b]);
  t.is(ring(parseDomainName('a'), parseDomainName('HMAC-sha256')), a);
  t.is(ring(parseDomainName('A'), parseDomainName('hmac-sha512')), b);
  t.is(ring(parseDomainName('b'), parseDomainName('hmac-sha512')), undefined);
});

test('a MAC that is longer than needed for a key with truncation is accepted, and ours is cut', async (t) => {
  const cut = makeSigner({ macOctets: 16 });
  const { bytes } = await signMessage(update, signer, { timeSigned: NOW });
  t.is((await verifyMessage(bytes, keyring([cut]), { now: NOW })).kind, 'verified');
  t.is((await signMessage(update, cut, { timeSigned: NOW })).mac.length, 16);
});

// Where a flipped bit changes nothing that is signed: the id (the original one is signed, RFC 8945 section 4.3.2), and the case of
// letters in the two names (they are signed in lower case, section 4.3.3).
test('a message with any bit flipped does not verify, but for the id and the case of the key and algorithm names', async (t) => {
  const { bytes } = await signMessage(update, signer, { timeSigned: NOW });
  const survivors: string[] = [];
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
    const verdict = await verifyMessage(flipped, find, { now: NOW });
    if (verdict.kind !== 'verified') continue;
    if (bit < 16) survivors.push('id');
    else if ((bit & 7) === 2 && bit >> 3 > update.length) survivors.push(String.fromCharCode(bytes[bit >> 3] ?? 0));
    else survivors.push(`bit ${bit}`);
  }
  t.deepEqual(survivors.join(' '), `${'id '.repeat(16)}a d m i n k e y h m a c s h a`);
});

test('a signer without MAC lengths, as for GSS-TSIG, is asked about MACs of any length', async (t) => {
  const lengths: number[] = [];
  const gss: MessageSigner = {
    keyName: parseDomainName('1234.sig-ns.example.org'),
    algorithm: parseDomainName('gss-tsig'),
    sign: () => Promise.resolve(Uint8Array.of(4, 4)),
    verify: (_, mac) => Promise.resolve(lengths.push(mac.length) > 0),
  };
  const { bytes } = await signMessage(update, gss, { timeSigned: NOW });
  t.is((await verifyMessage(bytes, keyring([gss]), { now: NOW })).kind, 'verified');
  t.deepEqual(lengths, [2]);
});

test('a TSIG record that fills up the largest message is judged like any other', async (t) => {
  const other = new Uint8Array(65_535 - update.length - signer.keyName.wire.length - 10 - 13 - 16 - 32);
  const { bytes } = await signMessage(update, signer, { timeSigned: NOW, other });
  t.is(bytes.length, 65_535);
  t.is((await verifyMessage(bytes, find, { now: NOW })).kind, 'verified');
});

const OPT = Uint8Array.of(0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0);

function withAppended(bytes: Uint8Array, record: Uint8Array): Uint8Array {
  const all = Uint8Array.from([...bytes, ...record]);
  all[11] = (all[11] ?? 0) + 1;
  return all;
}

function twice(bytes: Uint8Array): Uint8Array {
  return withAppended(bytes, bytes.subarray(update.length));
}

// Octets of the TSIG record behind its owner name: type, class, TTL ...
function patched(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, update.length + signer.keyName.wire.length + at);
  return copy;
}

function withId(bytes: Uint8Array, id: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set([id >> 8, id & 0xff]);
  return copy;
}
