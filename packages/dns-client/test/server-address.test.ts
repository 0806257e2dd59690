import { ParseError } from '@srvkit/dns';
import test from 'ava';
import { formatServerAddress, parseServerAddress } from '../src/server-address.ts';

const GOOD = [
  { text: '192.0.2.1', host: '192.0.2.1', port: 53, formatted: '192.0.2.1:53' },
  { text: '127.0.0.1:5300', host: '127.0.0.1', port: 5300, formatted: '127.0.0.1:5300' },
  { text: 'dns1.contoso.com', host: 'dns1.contoso.com', port: 53, formatted: 'dns1.contoso.com:53' },
  { text: 'localhost:65535', host: 'localhost', port: 65_535, formatted: 'localhost:65535' },
  { text: '[::1]', host: '::1', port: 53, formatted: '[::1]:53' },
  { text: '[2001:db8::1]:1', host: '2001:db8::1', port: 1, formatted: '[2001:db8::1]:1' },
  { text: '[fe80::1%eth0]:53', host: 'fe80::1%eth0', port: 53, formatted: '[fe80::1%eth0]:53' },
];

for (const { text, host, port, formatted } of GOOD) {
  test(`the server ${text} is ${formatted}`, (t) => {
    t.deepEqual(parseServerAddress(text), { host, port });
    t.is(formatServerAddress({ host, port }), formatted);
  });
}

test('the default port can be another one', (t) => {
  t.is(parseServerAddress('192.0.2.1', 5300).port, 5300);
  t.is(parseServerAddress('[::1]', 5300).port, 5300);
});

const BAD = [
  { text: '', message: /names no server/ },
  { text: ':53', message: /names no server/ },
  { text: '::1', message: /without brackets: write \[ADDRESS\]/ },
  { text: '2001:db8::1:53', message: /without brackets/ },
  { text: '[192.0.2.1]:53', message: /no IPv6 address in brackets/ },
  { text: '[::1', message: /no IPv6 address in brackets/ },
  { text: '[::1]53', message: /something other than :PORT/ },
  { text: '192.0.2.1:0', message: /no port from 1 to 65535/ },
  { text: '192.0.2.1:65536', message: /no port from 1 to 65535/ },
  { text: '192.0.2.1:', message: /no port from 1 to 65535/ },
  { text: '192.0.2.1:5e1', message: /no port from 1 to 65535/ },
  { text: '192.0.2.300', message: /not an IPv4 address/ },
  { text: '127.1', message: /not an IPv4 address/ },
  { text: 'a b', message: /escape/ },
  { text: 'a..b', message: /empty label/ },
];

for (const { text, message } of BAD) {
  test(`the server ${JSON.stringify(text)} is refused with a remedy`, (t) => {
    const error = t.throws(() => parseServerAddress(text), { instanceOf: ParseError });
    t.regex(error.message, message);
  });
}
