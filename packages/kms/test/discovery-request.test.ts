import { readFileSync } from 'node:fs';
import test from 'ava';
import { parseRegFile, Settings, SettingsError } from '@srvkit/settings';
import type { RegistryValue } from '@srvkit/settings';
import { discoveryRequest } from '../src/index.ts';
import type { KmsRequestOptions } from '../src/index.ts';

const SPP = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
const SL = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL';
const APP = '55c92734-d682-4d71-983e-d6ec3f16059f';
const SKU = 'cf67834d-db4a-402c-ab1f-2c134f02b700';
const IDS = { appId: APP, skuId: SKU };
const NAME = 'KeyManagementServiceName';
const PORT = 'KeyManagementServicePort';

test('without settings it is DNS in the domains given, remembered under the SKU (kms D-01, C-01)', (t) => {
  const { request, findings } = discoveryRequest(Settings.empty(), { ...IDS, domains: ['East.contoso.com', 'west.contoso.com.'] });
  t.is(request.service, '_vlmcs._tcp');
  t.deepEqual(request.domains.map(String), ['East.contoso.com.', 'west.contoso.com.']);
  t.deepEqual(request.pinned, []);
  t.deepEqual(request.skipped, [
    { source: 'sku', why: 'not-set' },
    { source: 'application', why: 'not-set' },
    { source: 'global', why: 'not-set' },
  ]);
  t.is(request.scope, SKU);
  t.true(request.caching);
  t.deepEqual(request.policy, { pinned: 'ordered', law: 'rfc2782', domains: 'first', fill: 'reached' });
  t.false(request.provisional);
  t.is(request.maxAgeMs, null);
  t.is(request.maxAttempts, 20);
  t.is(request.notApplicable, undefined);
  t.deepEqual(findings, []);
});

test('the scope is the SKU id, else the AppID, else global, in canonical form (kms D-13)', (t) => {
  t.is(scope({ appId: APP, skuId: `{${SKU.toUpperCase()}}` }), SKU);
  t.is(scope({ appId: APP.toUpperCase() }), APP);
  t.is(scope({}), 'global');
});

test('three levels are three pinned hosts in order of precedence, each with its own port (kms D-01, D-09, D-11)', (t) => {
  const settings = registry([
    [SPP, NAME, 'kms3'],
    [`${SPP}\\${APP}`, NAME, 'kms2.contoso.com'],
    [`${SPP}\\${APP}`, PORT, '1700'],
    [`${SPP}\\${APP.toUpperCase()}\\${SKU.toUpperCase()}`, NAME, '[2001:DB8::5]'],
  ]);
  const { request, findings } = discoveryRequest(settings, IDS);
  t.deepEqual(request.pinned, [
    { source: 'sku', host: '2001:db8::5', port: 1688 },
    { source: 'application', host: 'kms2.contoso.com.', port: 1700 },
    { source: 'global', host: 'kms3', port: 1688 },
  ]);
  t.deepEqual(request.skipped, []);
  t.deepEqual(findings, []);
});

test('levels without their id are passed over', (t) => {
  const settings = registry([[`${SPP}\\${APP}\\${SKU}`, NAME, 'kms1']]);
  const { request } = discoveryRequest(settings, { appId: APP });
  t.deepEqual(request.pinned, []);
  t.deepEqual(request.skipped[0], { source: 'sku', why: 'not-set' });
});

for (const [file, source, host] of [
  ['pinned-sku.reg', 'sku', 'kms-w2.west.contoso.com.'],
  ['pinned-application.reg', 'application', 'kms-w1.west.contoso.com.'],
  ['pinned-global.reg', 'global', 'kms-e2.east.contoso.com.'],
] as const) {
  test(`${file} pins a host`, (t) => {
    const settings = parseRegFile(readFileSync(new URL(`../../../fixtures/reg/${file}`, import.meta.url)));
    t.deepEqual(discoveryRequest(settings, IDS).request.pinned, [{ source, host, port: 1688 }]);
  });
}

test('a SKU id without its AppID is refused (kms D-07)', (t) => {
  const error = t.throws(() => discoveryRequest(Settings.empty(), { skuId: SKU }), { instanceOf: SettingsError });
  t.is(error?.code, 'SKU_WITHOUT_APPLICATION');
  t.regex(error?.message ?? '', /give both/);
});

test('an id that is no GUID is refused', (t) => {
  for (const appId of ['', 'Windows', `${APP}0`, `{${APP}`, APP.replaceAll('-', '')]) {
    t.is(t.throws(() => discoveryRequest(Settings.empty(), { appId }), { instanceOf: SettingsError })?.code, 'BAD_ID', appId);
  }
});

test('blank names and ports are not set', (t) => {
  const settings = registry([
    [SPP, NAME, '  '],
    [`${SPP}\\${APP}`, NAME, ' kms1 '],
    [`${SPP}\\${APP}`, PORT, ''],
  ]);
  const { request, findings } = discoveryRequest(settings, { appId: APP });
  t.deepEqual(request.pinned, [{ source: 'application', host: 'kms1', port: 1688 }]);
  t.deepEqual(findings, []);
});

const FOUND: readonly { title: string; values: readonly Entry[]; code: string; says: RegExp; pinned: readonly object[] }[] = [
  {
    title: 'a port kept as REG_DWORD (kms X-13)',
    values: [
      [SPP, NAME, 'kms1'],
      [SPP, PORT, { type: 'REG_DWORD', value: 1700 }],
    ],
    code: 'wrong-type',
    says: /KeyManagementServicePort is REG_DWORD .* write it as REG_SZ; until then port 1688 is used/,
    pinned: [{ source: 'global', host: 'kms1', port: 1688 }],
  },
  {
    title: 'a name kept as REG_MULTI_SZ',
    values: [[SPP, NAME, { type: 'REG_MULTI_SZ', value: ['kms1'] }]],
    code: 'wrong-type',
    says: /REG_MULTI_SZ/,
    pinned: [],
  },
  {
    title: 'a port out of range',
    values: [
      [SPP, NAME, 'kms1'],
      [SPP, PORT, '65536'],
    ],
    code: 'invalid-port',
    says: /"65536" has no port from 1 to 65535/,
    pinned: [{ source: 'global', host: 'kms1', port: 1688 }],
  },
  {
    title: 'a port without a name (kms D-11)',
    values: [[SPP, PORT, '1700']],
    code: 'orphan-port',
    says: /set the name or delete/,
    pinned: [],
  },
  {
    title: 'a port inside the name',
    values: [[SPP, NAME, 'kms1:1700']],
    code: 'invalid-host',
    says: /belongs into KeyManagementServicePort/,
    pinned: [],
  },
  { title: 'a name with blanks', values: [[SPP, NAME, 'kms 1']], code: 'invalid-host', says: /letters, digits, hyphens/, pinned: [] },
  { title: 'an address that is none', values: [[SPP, NAME, '192.0.2.300']], code: 'invalid-host', says: /four numbers/, pinned: [] },
  {
    title: 'a lookup domain that is none',
    values: [[SPP, 'KeyManagementServiceLookupDomain', 'contoso com']],
    code: 'invalid-lookup-domain',
    says: /KeyManagementServiceLookupDomain: the domain "contoso com"/,
    pinned: [],
  },
  {
    title: 'a caching switch kept as text',
    values: [[SPP, 'DisableKeyManagementServiceHostCaching', '1']],
    code: 'wrong-type',
    says: /write it as REG_DWORD/,
    pinned: [],
  },
];

for (const { title, values, code, says, pinned } of FOUND) {
  test(`a finding, not a failure: ${title}`, (t) => {
    const { request, findings } = discoveryRequest(registry(values));
    t.deepEqual(
      findings.map((finding) => finding.code),
      [code],
    );
    t.regex(findings[0]?.message ?? '', says);
    t.deepEqual(request.pinned, pinned);
    t.true(request.caching);
  });
}

test('under pinned: exclusive a name without sense is still the only candidate: nobody is asked (kms D-04)', (t) => {
  const settings = registry([
    [`${SPP}\\${APP}\\${SKU}`, NAME, 'kms 1'],
    [SPP, NAME, 'kms2'],
  ]);
  const options: KmsRequestOptions = { ...IDS, domains: ['contoso.com'] };
  const ordered = discoveryRequest(settings, options).request;
  t.is(ordered.pinned.length, 1);
  t.is(ordered.domains.length, 1);
  const { request } = discoveryRequest(settings, { ...options, policy: { pinned: 'exclusive' } });
  t.deepEqual([request.pinned, request.domains, request.caching], [[], [], false]);
  t.deepEqual(request.skipped, [
    { source: 'sku', why: 'invalid-host' },
    { source: 'application', why: 'not-set' },
  ]);
});

test('under pinned: exclusive a name without sense at a less specific level changes nothing', (t) => {
  const settings = registry([
    [`${SPP}\\${APP}\\${SKU}`, NAME, 'kms1'],
    [SPP, NAME, 'kms 2'],
  ]);
  const { request } = discoveryRequest(settings, { ...IDS, policy: { pinned: 'exclusive' } });
  t.deepEqual(request.pinned, [{ source: 'sku', host: 'kms1', port: 1688 }]);
});

for (const [type, applies] of [
  [0, true],
  [1, false],
  [2, true],
  [3, false],
  [4, true],
] as const) {
  test(`activation type ${type} ${applies ? 'lets KMS be' : 'rules DNS out'} (kms D-31)`, (t) => {
    const settings = registry([[`${SPP}\\${APP}\\${SKU}`, 'VLActivationType', { type: 'REG_DWORD', value: type }]]);
    t.is(discoveryRequest(settings, IDS).request.notApplicable === undefined, applies);
    t.is(discoveryRequest(settings, { appId: APP }).request.notApplicable, undefined);
  });
}

test('host caching is on unless the settings or the caller say otherwise (kms C-02)', (t) => {
  const off = registry([[SPP, 'DisableKeyManagementServiceHostCaching', { type: 'REG_DWORD', value: 1 }]]);
  t.true(discoveryRequest(Settings.empty()).request.caching);
  t.false(discoveryRequest(off).request.caching);
  t.true(discoveryRequest(off, { caching: true }).request.caching);
  t.false(discoveryRequest(Settings.empty(), { caching: false }).request.caching);
});

test('a lookup domain replaces the domains: the caller’s, then the most specific in the settings (kms D-22)', (t) => {
  const settings = registry([
    [SPP, 'KeyManagementServiceLookupDomain', 'global.contoso.com'],
    [`${SPP}\\${APP}\\${SKU}`, 'KeyManagementServiceLookupDomain', 'sku.contoso.com'],
  ]);
  const domains = (options: KmsRequestOptions): string[] =>
    discoveryRequest(settings, { domains: ['east.contoso.com'], ...options }).request.domains.map(String);
  t.deepEqual(domains({}), ['global.contoso.com.']);
  t.deepEqual(domains({ appId: APP }), ['global.contoso.com.']);
  t.deepEqual(domains(IDS), ['sku.contoso.com.']);
  t.deepEqual(domains({ ...IDS, lookupDomain: 'mine.contoso.com' }), ['mine.contoso.com.']);
  t.deepEqual(domains({ profile: 'vista' }), ['east.contoso.com.']);
});

test('the vista profile reads SL and draws uniformly (kms D-12, N-14)', (t) => {
  const settings = registry([
    [SPP, NAME, 'new'],
    [SL, NAME, 'old'],
  ]);
  const { request } = discoveryRequest(settings, { profile: 'vista' });
  t.deepEqual(request.pinned, [{ source: 'global', host: 'old', port: 1688 }]);
  t.is(request.policy.law, 'uniform');
  t.is(discoveryRequest(settings, { profile: 'vista', policy: { law: 'proportional' } }).request.policy.law, 'proportional');
});

function scope(options: KmsRequestOptions): string {
  return discoveryRequest(Settings.empty(), options).request.scope;
}

type Entry = readonly [keyPath: string, name: string, value: string | RegistryValue];

function registry(entries: readonly Entry[]): Settings {
  return Settings.empty().change((draft) => {
    for (const [keyPath, name, value] of entries) {
      draft.set(keyPath, name, typeof value === 'string' ? { type: 'REG_SZ', value } : value);
    }
  });
}
