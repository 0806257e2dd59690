import { inspect } from 'node:util';
import test from 'ava';
import { makeTsigKey, parseDomainName, parseKeyFile } from '@srvkit/dns';

const SECRET = 'YWRtaW4tdGVzdC1zZWNyZXQtMzItYnl0ZXMtbG9uZyE=';

test('the secret of a key appears in no output', (t) => {
  const [key] = parseKeyFile(`hmac-sha256:a:${SECRET}`);
  const secret = /YWRtaW4|admin-test|97,\s*100|61 64 6d/;
  for (const shown of [
    inspect(key, { depth: 9, showHidden: true }),
    inspect(key, { customInspect: false, showHidden: true, depth: 9 }),
    inspect({ ...key }, { depth: 9 }),
    JSON.stringify(key),
    JSON.stringify({ keys: [key] }),
    Object.keys(key ?? {}).join(),
    Object.values(key ?? {}).join(),
  ]) {
    t.notRegex(shown, secret);
  }
  t.is(JSON.stringify(key), '{"name":"a.","algorithm":"hmac-sha256","macOctets":32}');
});

test('a key keeps its own copy of the secret', (t) => {
  const secret = Uint8Array.of(1, 2, 3);
  const key = makeTsigKey({ name: parseDomainName('a'), secret });
  secret[0] = 9;
  t.deepEqual([...key.secret], [1, 2, 3]);
  t.is(key.algorithm, 'hmac-sha256');
});

test('a key without a secret, or with MACs of impossible length, cannot be made', (t) => {
  const name = parseDomainName('a');
  t.throws(() => makeTsigKey({ name, secret: new Uint8Array() }), { instanceOf: RangeError, message: /a\. is empty/ });
  t.throws(() => makeTsigKey({ name, secret: Uint8Array.of(1), macOctets: 15 }), { instanceOf: RangeError, message: /16 to 32/ });
  t.throws(() => makeTsigKey({ name, secret: Uint8Array.of(1), macOctets: 33 }), { instanceOf: RangeError, message: /not 33/ });
  t.throws(() => makeTsigKey({ name, secret: Uint8Array.of(1), algorithm: 'hmac-sha512-256', macOctets: 31 }), { instanceOf: RangeError });
});
