import { readFileSync } from 'node:fs';
import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import { parseRegFile, Settings, SettingsError } from '@srvkit/settings';
import type { RegistryValue } from '@srvkit/settings';
import { formatPublishLine, hostLists, parsePublishLine, publishList } from '../src/index.ts';
import type { PublishList, PublishListOptions, ZoneList } from '../src/index.ts';

const SPP = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
const SL = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL';
const HOST = { hostName: parseDomainName('kms-e1.east.contoso.com') };

for (const [file, host, want] of [
  ['kms-e1.reg', 'kms-e1.east.contoso.com', ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75']],
  ['kms-e2.reg', 'kms-e2.east.contoso.com', ['east.contoso.com, 10, 25', 'west.contoso.com, 90, 25']],
  ['kms-w1.reg', 'kms-w1.west.contoso.com', ['west.contoso.com, 10, 75', 'east.contoso.com, 90, 75']],
  ['kms-w2.reg', 'kms-w2.west.contoso.com', ['west.contoso.com, 10, 25', 'east.contoso.com, 90, 25']],
] as const) {
  test(`${file} publishes ${host} into both zones with its numbers (kms P-11)`, (t) => {
    const settings = parseRegFile(readFileSync(new URL(`../../../fixtures/reg/${file}`, import.meta.url)));
    const list = publishList(settings, { hostName: parseDomainName(host) });
    t.deepEqual(list.entries.map(formatPublishLine), want);
    t.is(list.target.toString(), `${host}.`);
    t.is(list.port, 1688);
    t.true(list.enabled);
    t.deepEqual(list.findings, []);
    t.true(list.entries.every(({ origin }) => origin === 'list'));
  });
}

test('without a list the home domain is published with 0/0, whatever the home rule (kms P-02)', (t) => {
  for (const homeDomain of ['always', 'listed'] as const) {
    const list = publishList(Settings.empty(), { ...HOST, homeDomain });
    t.deepEqual(lines(list), ['home east.contoso.com, 0, 0']);
    t.deepEqual(list.findings, []);
  }
});

test('the home domain is the one given, and without any there is an error', (t) => {
  t.deepEqual(lines(publishList(Settings.empty(), { ...HOST, home: parseDomainName('corp.contoso.com') })), [
    'home corp.contoso.com, 0, 0',
  ]);
  const error = t.throws(() => publishList(Settings.empty(), { hostName: parseDomainName('kms-e1') }), { instanceOf: SettingsError });
  t.is(error?.code, 'NO_HOME_DOMAIN');
});

test('an unlisted home domain is added, and outranks listed priorities (kms P-13, X-04; 12.5, vector 7)', (t) => {
  const settings = listing(['west.contoso.com, 10, 75', 'north.contoso.com, 90, 75']);
  const list = publishList(settings, HOST);
  t.deepEqual(lines(list), ['list west.contoso.com, 10, 75', 'list north.contoso.com, 90, 75', 'home east.contoso.com, 0, 0']);
  t.deepEqual(
    list.findings.map(({ code }) => code),
    ['home-outranks-list'],
  );
  t.regex(list.findings[0]?.message ?? '', /^east\.contoso\.com\. is not in the list .* list it with its own numbers$/);
  t.deepEqual(
    list.entries.map(({ findings }) => findings.length),
    [0, 0, 1],
  );
});

test('an unlisted home domain outranks nothing where every listed priority is 0', (t) => {
  t.deepEqual(publishList(listing(['west.contoso.com', 'north.contoso.com, 0, 9']), HOST).findings, []);
});

test('homeDomain: listed leaves an unlisted home domain out (kms P-13)', (t) => {
  const list = publishList(listing(['west.contoso.com, 10']), { ...HOST, homeDomain: 'listed' });
  t.deepEqual(lines(list), ['list west.contoso.com, 10, 0']);
  t.deepEqual(list.findings, []);
});

test('a listed home domain has the listed numbers, without regard to case and final dot', (t) => {
  t.deepEqual(lines(publishList(listing(['EAST.contoso.com.,10']), HOST)), ['list EAST.contoso.com, 10, 0']);
});

// kms 12.5, vector 8: the guide's Table 5, as it stands
const TABLE_5_EAST = ['KMS_E1, 10, 75', 'KMS_E2, 10, 25', 'KMS_W1, 90, 75', 'KMS_W2, 90, 25'];
const TABLE_5_WEST = ['KMS_W1, 10, 75', 'KMS_W2, 10, 25', 'KMS_E1, 90, 75', 'KMS_E2, 90, 25'];

test('host names in the list are diagnosed with the converted lists, and not published (kms P-11, X-05; 12.5, vector 8)', (t) => {
  const list = publishList(listing(TABLE_5_EAST), HOST);
  t.deepEqual(lines(list), ['home east.contoso.com, 0, 0']);
  t.deepEqual(
    list.findings.map(({ code }) => code),
    ['host-name-in-list'],
  );
  t.deepEqual(list.entries[0]?.findings, list.findings);
  t.regex(
    list.findings[0]?.message ?? '',
    /on KMS_E1: "east\.contoso\.com, 10, 75"; on KMS_E2: .*; on KMS_W2: "east\.contoso\.com, 90, 25"$/,
  );
  t.deepEqual(list.hostLists, [
    { host: 'KMS_E1', lines: ['east.contoso.com, 10, 75'] },
    { host: 'KMS_E2', lines: ['east.contoso.com, 10, 25'] },
    { host: 'KMS_W1', lines: ['east.contoso.com, 90, 75'] },
    { host: 'KMS_W2', lines: ['east.contoso.com, 90, 25'] },
  ]);
});

test('the lists of both sites convert to the lists of every host (kms P-11)', (t) => {
  t.deepEqual(hostLists([zone('east.contoso.com', TABLE_5_EAST), zone('west.contoso.com', TABLE_5_WEST)]), [
    { host: 'KMS_E1', lines: ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75'] },
    { host: 'KMS_E2', lines: ['east.contoso.com, 10, 25', 'west.contoso.com, 90, 25'] },
    { host: 'KMS_W1', lines: ['west.contoso.com, 10, 75', 'east.contoso.com, 90, 75'] },
    { host: 'KMS_W2', lines: ['west.contoso.com, 10, 25', 'east.contoso.com, 90, 25'] },
  ]);
});

test('the own name and known hosts are host entries too, domains beside them are published (kms P-11)', (t) => {
  const settings = listing([
    'east.contoso.com, 10, 75',
    'KMS-E1.east.contoso.com, 10, 75',
    'kms-w1.west.contoso.com, 90, 75',
    'KMS_X.contoso.com',
  ]);
  const list = publishList(settings, { ...HOST, knownHosts: [parseDomainName('kms-w1.west.contoso.com')] });
  t.deepEqual(lines(list), ['list east.contoso.com, 10, 75']);
  t.deepEqual(
    list.hostLists.map(({ host }) => host),
    ['KMS-E1.east.contoso.com', 'kms-w1.west.contoso.com', 'KMS_X.contoso.com'],
  );
  t.is(list.entries[0]?.findings[0]?.code, 'host-name-in-list');
});

test('publishing is on unless the switch is set (kms P-04)', (t) => {
  t.true(withSwitch(0).enabled);
  t.false(withSwitch(1).enabled);
  t.false(withSwitch(2).enabled);
  t.is(withSwitch(1).entries.length, 1);
});

test('the port is the listening port, 1688 unless given (kms P-06)', (t) => {
  t.is(withPort({ type: 'REG_SZ', value: '1700' }).port, 1700);
  t.is(withPort({ type: 'REG_SZ', value: ' ' }).port, 1688);
  const asNumber = withPort({ type: 'REG_DWORD', value: 1700 });
  t.is(asNumber.port, 1688);
  t.deepEqual(
    asNumber.findings.map(({ code }) => code),
    ['wrong-type'],
  );
});

test('vista lists bare domains under SL (kms P-09, D-12)', (t) => {
  const settings = listing(['west.contoso.com'], SL);
  t.deepEqual(lines(publishList(settings, { ...HOST, profile: 'vista' })), ['list west.contoso.com, 0, 0', 'home east.contoso.com, 0, 0']);
});

test('a list that only the other profile reads is a finding, because 0/0 is published instead (kms P-09)', (t) => {
  for (const [profile, keyPath, advice] of [
    ['windows', SL, /CurrentVersion\\SL\\DnsDomainPublishList is not read.* choose the profile vista$/],
    ['vista', SPP, /SoftwareProtectionPlatform\\DnsDomainPublishList is not read.* choose the profile windows$/],
  ] as const) {
    const list = publishList(listing(['west.contoso.com'], keyPath), { ...HOST, profile });
    t.deepEqual(lines(list), ['home east.contoso.com, 0, 0']);
    t.deepEqual(
      list.findings.map(({ code }) => code),
      ['list-of-other-profile'],
    );
    t.regex(list.findings[0]?.message ?? '', advice);
  }
  const both = { type: 'REG_MULTI_SZ', value: ['north.contoso.com'] } as const;
  t.deepEqual(publishList(listing(['west.contoso.com'], SL).set(SPP, 'DnsDomainPublishList', both), HOST).findings, []);
});

const REFUSED: readonly { title: string; settings: Settings; code: string; says: RegExp; options?: Partial<PublishListOptions> }[] = [
  {
    title: 'a list kept as REG_SZ',
    settings: Settings.empty().set(SPP, 'DnsDomainPublishList', { type: 'REG_SZ', value: 'east.contoso.com' }),
    code: 'WRONG_TYPE',
    says: /write it as REG_MULTI_SZ/,
  },
  {
    title: 'a switch kept as REG_SZ',
    settings: Settings.empty().set(SPP, 'DisableDnsPublishing', { type: 'REG_SZ', value: '1' }),
    code: 'WRONG_TYPE',
    says: /write it as REG_DWORD/,
  },
  {
    title: 'a listening port of zero',
    settings: Settings.empty().set(SPP, 'KeyManagementServiceListeningPort', { type: 'REG_SZ', value: '0' }),
    code: 'BAD_PORT',
    says: /^KeyManagementServiceListeningPort: "0" has no port/,
  },
  {
    title: 'one domain with two sets of numbers',
    settings: listing(['a.example.org, 1', 'A.example.org., 2']),
    code: 'BAD_PUBLISH_LINE',
    says: /^line 2 of DnsDomainPublishList: .* listed twice .* keep one/,
  },
  {
    title: 'numbers in a vista list',
    settings: listing(['a.example.org, 1'], SL),
    code: 'BAD_PUBLISH_LINE',
    says: /Vista/,
    options: { profile: 'vista' },
  },
];

for (const { title, settings, code, says, options } of REFUSED) {
  test(`nothing is published from ${title}`, (t) => {
    const error = t.throws(() => publishList(settings, { ...HOST, ...options }), { instanceOf: SettingsError });
    t.is(error?.code, code);
    t.regex(error?.message ?? '', says);
    t.truthy(error?.keyPath);
    t.truthy(error?.valueName);
  });
}

test('equal lines are one', (t) => {
  const list = publishList(listing(['a.example.org, 1', 'A.EXAMPLE.ORG., 1, 0']), { ...HOST, homeDomain: 'listed' });
  t.deepEqual(lines(list), ['list a.example.org, 1, 0']);
});

function lines(list: PublishList): string[] {
  return list.entries.map((entry) => `${entry.origin} ${formatPublishLine(entry)}`);
}

function listing(list: readonly string[], keyPath: string = SPP): Settings {
  return Settings.empty().set(keyPath, 'DnsDomainPublishList', { type: 'REG_MULTI_SZ', value: list });
}

function zone(domain: string, list: readonly string[]): ZoneList {
  return { domain: parseDomainName(domain), hosts: list.map((line) => parsePublishLine(line)) };
}

function withSwitch(value: number): PublishList {
  return publishList(Settings.empty().set(SPP, 'DisableDnsPublishing', { type: 'REG_DWORD', value }), HOST);
}

function withPort(value: RegistryValue): PublishList {
  return publishList(Settings.empty().set(SPP, 'KeyManagementServiceListeningPort', value), HOST);
}
