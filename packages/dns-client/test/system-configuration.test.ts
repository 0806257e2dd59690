import test from 'ava';
import { systemConfiguration } from '../src/system-configuration.ts';

const CASES = [
  { title: 'an empty file configures nothing', text: '', want: { servers: [], search: [], domain: undefined } },
  {
    title: 'servers keep their order, IPv6 is put in brackets',
    text: 'nameserver 192.0.2.2\nnameserver 2001:db8::53\nnameserver fe80::1%eth0\n',
    want: { servers: ['192.0.2.2:53', '[2001:db8::53]:53', '[fe80::1%eth0]:53'], search: [], domain: undefined },
  },
  {
    title: 'the last of domain and search holds',
    text: 'domain first.example\nsearch east.contoso.com contoso.com\n',
    want: { servers: [], search: ['east.contoso.com.', 'contoso.com.'], domain: 'east.contoso.com.' },
  },
  {
    title: 'domain is a search list of one',
    text: 'search a.example b.example\r\ndomain contoso.com extra\r\n',
    want: { servers: [], search: ['contoso.com.'], domain: 'contoso.com.' },
  },
  {
    title: 'without either, the host name brings its domain',
    text: 'nameserver 192.0.2.1',
    hostName: 'client7.west.contoso.com',
    want: { servers: ['192.0.2.1:53'], search: ['west.contoso.com.'], domain: 'west.contoso.com.' },
  },
  { title: 'a bare host name brings none', text: '', hostName: 'client7', want: { servers: [], search: [], domain: undefined } },
  {
    title: 'comments, tabs and a search list of the root are no matter',
    text: '# search a.example\n;x\nnameserver\t192.0.2.1 # first\nsearch .\n',
    hostName: 'h.example',
    want: { servers: ['192.0.2.1:53'], search: [], domain: undefined },
  },
];

for (const { title, text, hostName, want } of CASES) {
  test(title, (t) => {
    const { servers, search, domain, ignored } = systemConfiguration(text, hostName === undefined ? {} : { hostName });
    t.deepEqual({ servers, search: search.map(String), domain: domain?.toString() }, want);
    t.deepEqual(ignored, []);
  });
}

test('timeout and attempts are read from the options', (t) => {
  const { tryTimeoutMs, attempts } = systemConfiguration('options ndots:2 timeout:1 attempts:5 edns0\n');
  t.deepEqual({ tryTimeoutMs, attempts }, { tryTimeoutMs: 1000, attempts: 5 });
  t.is(systemConfiguration('options timeout:0').tryTimeoutMs, 1000);
});

test('what cannot be used is passed over and reported with its line', (t) => {
  const { servers, search, ignored } = systemConfiguration('nameserver dns.example\nnameserver\nfoo bar\nsearch a..b good.example\n');
  t.deepEqual(servers, []);
  t.deepEqual(search.map(String), ['good.example.']);
  t.deepEqual(ignored, [
    { line: 1, text: 'nameserver dns.example' },
    { line: 2, text: 'nameserver' },
    { line: 3, text: 'foo bar' },
    { line: 4, text: 'a..b' },
  ]);
});
