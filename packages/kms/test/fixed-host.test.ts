import test from 'ava';
import { Settings, SettingsError } from '@srvkit/settings';
import { clearFixedHost, effectiveHosts, setFixedHost } from '../src/index.ts';

const SPP = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
const APP = '55c92734-d682-4d71-983e-d6ec3f16059f';
const IDS = { appId: APP, skuId: 'cf67834d-db4a-402c-ab1f-2c134f02b700' };
const BEFORE = setFixedHost(Settings.empty(), 'kms0.contoso.com:1699');

// kms 12.5, vector 5
const SET: readonly { text: string; name: string; port: string | undefined }[] = [
  { text: '[2001:db8::5]:1700', name: '[2001:db8::5]', port: '1700' },
  { text: '[2001:DB8:0::5]', name: '[2001:db8::5]', port: undefined },
  { text: ':1700', name: 'kms0.contoso.com', port: '1700' },
  { text: 'kms1', name: 'kms1', port: undefined },
  { text: 'kms1.contoso.com.:1700', name: 'kms1.contoso.com', port: '1700' },
  { text: '192.0.2.7:1', name: '192.0.2.7', port: '1' },
];

for (const { text, name, port } of SET) {
  test(`setting ${text} writes the name ${name} and ${port === undefined ? 'clears the port' : `the port ${port}`} (kms D-15, D-16)`, (t) => {
    const settings = setFixedHost(BEFORE, text);
    t.deepEqual(settings.get(SPP, 'KeyManagementServiceName'), { type: 'REG_SZ', value: name });
    t.deepEqual(settings.get(SPP, 'KeyManagementServicePort'), port === undefined ? undefined : { type: 'REG_SZ', value: port });
  });
}

const REFUSED: readonly { text: string; code: string; hint: RegExp }[] = [
  { text: '2001:db8::5', code: 'BAD_HOST', hint: /\[2001:db8::5\] or \[2001:db8::5\]:1688/ },
  { text: '2001:db8::5:zz', code: 'BAD_HOST', hint: /IPv6 goes in brackets/ },
  { text: 'kms1:1700:1700', code: 'BAD_HOST', hint: /more than one colon/ },
  { text: ':contoso.com:1688', code: 'BAD_HOST', hint: /begins with a colon: write contoso\.com:1688/ },
  { text: '[2001:db8::5', code: 'BAD_HOST', hint: /cannot be understood/ },
  { text: '[2001:db8::5]1700', code: 'BAD_HOST', hint: /cannot be understood/ },
  { text: '[kms1]:1700', code: 'BAD_HOST', hint: /brackets: remove them/ },
  { text: '[]', code: 'BAD_HOST', hint: /brackets/ },
  { text: '', code: 'BAD_HOST', hint: /is empty/ },
  { text: ' ', code: 'BAD_HOST', hint: /is empty/ },
  { text: ':', code: 'BAD_PORT', hint: /1 to 65535/ },
  { text: 'kms1:', code: 'BAD_PORT', hint: /1 to 65535/ },
  { text: 'kms1:0', code: 'BAD_PORT', hint: /1 to 65535/ },
  { text: 'kms1:65536', code: 'BAD_PORT', hint: /1 to 65535/ },
  { text: 'kms1:+1', code: 'BAD_PORT', hint: /decimal digits/ },
  { text: 'kms1:1,5', code: 'BAD_PORT', hint: /decimal digits/ },
  { text: '192.0.2', code: 'BAD_HOST', hint: /four numbers/ },
  { text: 'kms..contoso.com', code: 'BAD_HOST', hint: /empty label/ },
  { text: `${'k'.repeat(64)}.contoso.com`, code: 'BAD_HOST', hint: /63 are allowed/ },
  { text: 'kms\u20281', code: 'BAD_HOST', hint: /A-labels/ },
];

for (const { text, code, hint } of REFUSED) {
  test(`setting ${JSON.stringify(text)} is refused with a hint (kms D-16 to D-19)`, (t) => {
    const error = t.throws(() => setFixedHost(BEFORE, text), { instanceOf: SettingsError });
    t.is(error?.code, code);
    t.regex(error?.message ?? '', hint);
  });
}

test('clearing the global level leaves the SKU pinned (kms D-20; 12.5, vector 6)', (t) => {
  const settings = setFixedHost(setFixedHost(Settings.empty(), 'kms-sku:1700', IDS), 'kms-global');
  t.deepEqual(effectiveHosts(settings, IDS).effective, { target: 'kms-sku', port: 1700, from: 'sku' });
  const cleared = clearFixedHost(settings);
  t.deepEqual(effectiveHosts(cleared, IDS), {
    levels: { sku: { target: 'kms-sku', port: 1700 }, application: null, global: null },
    effective: { target: 'kms-sku', port: 1700, from: 'sku' },
    lookupDomain: null,
    findings: [],
  });
  t.deepEqual(effectiveHosts(clearFixedHost(cleared, IDS), IDS).effective, { target: null, port: null, from: 'dns' });
});

test('the application level, which slmgr cannot write, is set with the AppID alone (kms D-15)', (t) => {
  const { levels, effective } = effectiveHosts(setFixedHost(setFixedHost(Settings.empty(), 'kms1'), 'kms2', { appId: APP }), IDS);
  t.deepEqual(levels, { sku: null, application: { target: 'kms2', port: 1688 }, global: { target: 'kms1', port: 1688 } });
  t.is(effective.from, 'application');
});

test('a lookup domain beside a fixed host is overridden, and stays when the host is cleared (kms D-20, D-22, D-23)', (t) => {
  const domain = Settings.empty().set(SPP, 'KeyManagementServiceLookupDomain', { type: 'REG_SZ', value: 'contoso.com' });
  const pinned = effectiveHosts(setFixedHost(domain, 'kms1'));
  t.deepEqual(
    pinned.findings.map(({ code }) => code),
    ['lookup-domain-overridden'],
  );
  const cleared = effectiveHosts(clearFixedHost(setFixedHost(domain, 'kms1')));
  t.is(cleared.lookupDomain?.domain.toString(), 'contoso.com.');
  t.is(cleared.lookupDomain?.from, 'global');
  t.deepEqual(cleared.findings, []);
});
