import test from 'ava';
import { ParseError } from '@srvkit/dns';
import { formatEndpoint, parseListenAddress } from '../src/listen-address.ts';

for (const { text, address } of [
  { text: '127.0.0.1:5300', address: { host: '127.0.0.1', port: 5300, family: 4, loopback: true } },
  { text: '127.0.0.1', address: { host: '127.0.0.1', port: 0, family: 4, loopback: true } },
  { text: '127.1.2.3:0', address: { host: '127.1.2.3', port: 0, family: 4, loopback: true } },
  { text: 'localhost:53', address: { host: '127.0.0.1', port: 53, family: 4, loopback: true } },
  { text: '[::1]:5300', address: { host: '::1', port: 5300, family: 6, loopback: true } },
  { text: '[::1]', address: { host: '::1', port: 0, family: 6, loopback: true } },
  { text: '::1', address: { host: '::1', port: 0, family: 6, loopback: true } },
  { text: '0.0.0.0:53', address: { host: '0.0.0.0', port: 53, family: 4, loopback: false } },
  { text: '192.0.2.1:65535', address: { host: '192.0.2.1', port: 65535, family: 4, loopback: false } },
  { text: '[2001:db8::1]:53', address: { host: '2001:db8::1', port: 53, family: 6, loopback: false } },
  { text: '[::]:53', address: { host: '::', port: 53, family: 6, loopback: false } },
] as const) {
  test(`${text} is an address to listen on`, (t) => {
    t.deepEqual(parseListenAddress(text), address);
  });
}

for (const text of [
  '',
  ':53',
  '127.0.0.1:',
  '127.0.0.1:65536',
  '127.0.0.1:5300x',
  '127.0.0.1:-1',
  '127.0.0.1:053000',
  'example.org:53',
  '[127.0.0.1]:53',
  '[::1',
  '1.2.3',
  '[]:53',
  '127.0.0.1:1:2',
]) {
  test(`${JSON.stringify(text)} is not`, (t) => {
    const error = t.throws(() => parseListenAddress(text), { instanceOf: ParseError });
    t.is(error?.code, 'BAD_LISTEN_ADDRESS');
    t.true(error?.message.includes(JSON.stringify(text)));
  });
}

test('IPv6 endpoints are written in brackets', (t) => {
  t.is(formatEndpoint('::1', 53), '[::1]:53');
  t.is(formatEndpoint('127.0.0.1', 53), '127.0.0.1:53');
});
