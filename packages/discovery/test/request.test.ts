import test from 'ava';
import { ParseError, parseDomainName } from '@srvkit/dns';
import { makeRequest, parseServiceName, queryName, type RequestParts } from '../src/index.ts';

test('a request is complete with nothing but a service', (t) => {
  t.deepEqual(makeRequest({ service: '_ldap._tcp' }), {
    service: '_ldap._tcp',
    domains: [],
    pinned: [],
    skipped: [],
    scope: 'global',
    caching: true,
    policy: { pinned: 'ordered', law: 'rfc2782', domains: 'first', fill: 'reached' },
    maxAttempts: 20,
    provisional: true,
    maxAgeMs: 86_400_000,
  });
});

test('clients of _vlmcs._tcp stay with their host: one scope, nothing provisional, no age (kms C-04, C-10)', (t) => {
  t.like(makeRequest({ service: '_VLMCS._TCP', domains: ['contoso.com'] }), { scope: 'global', provisional: false, maxAgeMs: null });
});

test('the scope of other services is the list of domains asked', (t) => {
  t.is(
    makeRequest({ service: '_sip._tcp', domains: ['B.example.org', 'a.example.org.', 'b.example.org'] }).scope,
    'b.example.org.,a.example.org.',
  );
});

test('a complete request passes through unchanged', (t) => {
  const request = makeRequest({
    service: '_sip._tcp',
    domains: ['example.org'],
    pinned: [{ source: 'sku', host: 'sip.example.org', port: 5060 }],
    notApplicable: 'because',
    maxAgeMs: null,
    demoted: () => false,
  });
  t.deepEqual(makeRequest(request), request);
});

test('a request that was made is not made again; a copy, an heir and a proxy may differ from it, and are checked', (t) => {
  const made = makeRequest({ service: '_sip._tcp' });
  t.is(makeRequest(made), made);
  const dnsPort = { value: 0, enumerable: true };
  const others: Readonly<Record<string, RequestParts>> = {
    copy: { ...made, dnsPort: 0 },
    'copy with all that is not enumerable': Object.defineProperties({} as typeof made, {
      ...Object.getOwnPropertyDescriptors(made),
      dnsPort,
    }),
    heir: Object.create(made, { dnsPort }) as typeof made,
    proxy: new Proxy(made, { get: (target, key) => (key === 'dnsPort' ? 0 : Reflect.get(target, key)) }),
  };
  for (const [title, other] of Object.entries(others))
    t.throws(() => makeRequest(other), { instanceOf: RangeError, message: /dnsPort 0/ }, title);
});

test('a request that was made does not change with what it was made of, and cannot be changed', (t) => {
  const pinned = { source: 'sku' as const, host: '192.0.2.1', port: 80 };
  const skipped = { source: 'global' as const, why: 'not-set' };
  const parts = { service: '_sip._tcp', domains: ['example.org'], pinned: [pinned], skipped: [skipped] };
  const made = makeRequest(parts);
  pinned.port = 0;
  skipped.why = '';
  parts.skipped.pop();
  t.deepEqual([made.pinned, made.skipped], [[{ ...pinned, port: 80 }], [{ ...skipped, why: 'not-set' }]]);
  for (const part of [made, made.domains, made.pinned, made.pinned[0], made.skipped, made.skipped[0], made.policy])
    t.true(Object.isFrozen(part));
});

test('a domain that is given twice is asked once', (t) => {
  t.is(makeRequest({ service: '_sip._tcp', domains: ['a.example.org', 'A.example.org.'] }).domains.length, 1);
});

test('part of a policy may be given', (t) => {
  t.deepEqual(makeRequest({ service: '_sip._tcp', policy: { law: 'uniform' } }).policy, {
    pinned: 'ordered',
    law: 'uniform',
    domains: 'first',
    fill: 'reached',
  });
});

for (const [host, want] of [
  ['kms.contoso.com', 'kms.contoso.com.'],
  ['KMS.contoso.com.', 'KMS.contoso.com.'],
  ['kms1', 'kms1'],
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['1.2.3.4.example', '1.2.3.4.example.'],
] as const) {
  test(`pinned host ${host} is ${want}`, (t) => {
    const { pinned } = makeRequest({ service: '_vlmcs._tcp', pinned: [{ source: 'global', host, port: 1688 }] });
    t.is(pinned[0]?.host, want);
  });
}

const long = `${'a'.repeat(63)}.`.repeat(3);
const BAD: readonly [string, RequestParts, { instanceOf: new (...parts: never[]) => Error; message: RegExp }][] = [
  ['no service', {} as never, { instanceOf: TypeError, message: /_ldap\._tcp/ }],
  ['a service that is none', { service: 'http' }, { instanceOf: ParseError, message: /"http".*_ldap\._tcp/ }],
  ['a service in a list', { service: ['_sip._tcp'] as never }, { instanceOf: TypeError, message: /_ldap\._tcp/ }],
  [
    'a domain without its list',
    { service: '_sip._tcp', domains: 'a.' as never },
    { instanceOf: TypeError, message: /domains.* list.*"a\."/ },
  ],
  ['a domain that is missing', { service: '_sip._tcp', domains: [undefined as never] }, { instanceOf: TypeError, message: /domain/ }],
  ['a host without its list', { service: '_sip._tcp', pinned: 'a.' as never }, { instanceOf: TypeError, message: /pinned.* list.*"a\."/ }],
  ['a host as text', { service: '_sip._tcp', pinned: ['a.' as never] }, { instanceOf: TypeError, message: /pinned.*"a\."/ }],
  ['a domain that is no name', { service: '_sip._tcp', domains: ['a..b'] }, { instanceOf: ParseError, message: /a\.\.b/ }],
  [
    'an owner name of 256 octets',
    { service: '_sip._tcp', domains: [`${long}${'b'.repeat(52)}`] },
    { instanceOf: ParseError, message: /255/ },
  ],
  ['port 0', { service: '_sip._tcp', pinned: [{ source: 'sku', host: 'a.', port: 0 }] }, { instanceOf: RangeError, message: /port 0/ }],
  [
    'a host from a source that nobody writes down',
    { service: '_sip._tcp', pinned: [{ source: 'dns' as never, host: 'a.', port: 1 }] },
    { instanceOf: RangeError, message: /^a\.: source "dns" .*sku, application or global/ },
  ],
  [
    'a host without a source',
    { service: '_sip._tcp', pinned: [{ host: 'a.', port: 1 } as never] },
    { instanceOf: RangeError, message: /source undefined/ },
  ],
  ['an empty host', { service: '_sip._tcp', pinned: [{ source: 'sku', host: '', port: 1 }] }, { instanceOf: ParseError, message: /empty/ }],
  [
    'an address with brackets',
    { service: '_sip._tcp', pinned: [{ source: 'sku', host: '[::1]', port: 1 }] },
    { instanceOf: ParseError, message: /brackets/ },
  ],
  [
    'an address that is none',
    { service: '_sip._tcp', pinned: [{ source: 'sku', host: '192.0.2.256', port: 1 }] },
    { instanceOf: ParseError, message: /192/ },
  ],
  ['an empty scope', { service: '_sip._tcp', scope: '' }, { instanceOf: RangeError, message: /scope/ }],
  ['no attempts', { service: '_sip._tcp', maxAttempts: 0 }, { instanceOf: RangeError, message: /maxAttempts 0/ }],
  ['half an attempt', { service: '_sip._tcp', maxAttempts: 1.5 }, { instanceOf: RangeError, message: /maxAttempts 1.5/ }],
  ['an age that is no number', { service: '_sip._tcp', maxAgeMs: Number.NaN }, { instanceOf: RangeError, message: /maxAgeMs NaN/ }],
  [
    'an unknown policy',
    { service: '_sip._tcp', policy: { pinned: 'none' as never } },
    { instanceOf: RangeError, message: /pinned "none".*ordered or exclusive/ },
  ],
];
for (const [title, parts, want] of BAD) {
  test(`${title} is refused`, (t) => {
    t.throws(() => makeRequest(parts), want);
  });
}

test('an owner name of 255 octets is asked', (t) => {
  t.is(makeRequest({ service: '_sip._tcp', domains: [`${long}${'b'.repeat(51)}`] }).domains.length, 1);
});

for (const [text, want] of [
  ['_vlmcs._tcp', '_vlmcs._tcp'],
  ['_VLMCS._TCP.', '_vlmcs._tcp'],
  ['sip.udp', '_sip._udp'],
  [`_${'a'.repeat(62)}._tcp`, `_${'a'.repeat(62)}._tcp`],
  ['_ldap._tcp.dc._msdcs', '_ldap._tcp.dc._msdcs'],
  ['_ldap._tcp.Site-1._sites', '_ldap._tcp.site-1._sites'],
] as const) {
  test(`service ${text} is ${want}`, (t) => {
    t.is(parseServiceName(text), want);
  });
}

for (const text of [
  '',
  '.',
  '_tcp',
  '_vlmcs',
  '__vlmcs._tcp',
  '_a b._tcp',
  '_sip.._tcp',
  '_sip._tcp..',
  '_._tcp',
  '_é._tcp',
  `_${'a'.repeat(63)}._tcp`,
]) {
  test(`service ${JSON.stringify(text)} is refused`, (t) => {
    t.throws(() => parseServiceName(text), { instanceOf: ParseError });
  });
}

test('the name to ask is the service under the domain', (t) => {
  t.is(queryName('_sip._tcp', parseDomainName('Example.org')).toString(), '_sip._tcp.Example.org.');
  t.is(queryName('_sip._tcp', parseDomainName('.')).toString(), '_sip._tcp.');
});
