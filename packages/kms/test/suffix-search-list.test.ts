import test from 'ava';
import { parseRegFile, Settings } from '@srvkit/settings';
import { suffixSearchList } from '../src/index.ts';
import { DNSCACHE_KEY_PATH, PRIMARY_SUFFIX_POLICY_KEY_PATH, TCPIP_KEY_PATH } from '../src/suffix-keys.ts';

const FIRST = '\\Interfaces\\{11111111-1111-1111-1111-111111111111}';
const SECOND = '\\Interfaces\\{22222222-2222-2222-2222-222222222222}';

interface Row {
  readonly title: string;
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly domains: readonly string[];
  readonly findings?: readonly string[];
}

const CASES: readonly Row[] = [
  {
    title: 'a search list is all of it, in its order (kms N-08)',
    keys: {
      '': ['"SearchList"="west.contoso.com,EAST.contoso.com, west.contoso.com"', '"Domain"="contoso.com"'],
      [FIRST]: ['"DhcpDomain"="branch.contoso.com"'],
    },
    domains: ['west.contoso.com.', 'EAST.contoso.com.'],
  },
  {
    title: 'without one the primary suffix, then that of each connection (kms N-05, N-11)',
    keys: {
      '': ['"SearchList"=""', '"Domain"="contoso.com"', '"DhcpDomain"="dhcp.contoso.com"'],
      [SECOND]: ['"Domain"="own.contoso.com"', '"DhcpDomain"="given.contoso.com"'],
      [FIRST]: ['"Domain"=""', '"DhcpDomain"="branch.contoso.com"'],
      [`${FIRST}\\Deeper`]: ['"Domain"="deeper.contoso.com"'],
    },
    domains: ['contoso.com.', 'branch.contoso.com.', 'own.contoso.com.'],
  },
  {
    title: 'a workgroup computer has the domain of DHCP option 15, once (kms N-05)',
    keys: { '': ['"Domain"=""', '"DhcpDomain"="East.contoso.com"'], [FIRST]: ['"DhcpDomain"="east.contoso.com."'] },
    domains: ['East.contoso.com.'],
  },
  { title: 'a computer without any suffix has no domain to ask (kms N-09)', keys: { '': [] }, domains: [] },
  {
    title: 'what is no name, or of another type, is told and passed over (kms X-13)',
    keys: { '': ['"SearchList"="a..b,contoso.com"'], [FIRST]: [] },
    domains: ['contoso.com.'],
    findings: ['invalid-suffix'],
  },
  {
    title: 'a search list of another type is told, and the suffixes are used',
    keys: { '': ['"SearchList"=dword:00000001', '"Domain"="contoso.com"'] },
    domains: ['contoso.com.'],
    findings: ['wrong-type'],
  },
];

const SET = 'HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet';
const TCPIP = '\\Services\\Tcpip\\Parameters';
const POLICY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient';
const SELECT = 'HKEY_LOCAL_MACHINE\\SYSTEM\\Select';
const DEEP = '"Domain"="a.b.contoso.com"';

/** Whole keys: those of group policies and of computers that do not run. */
const WHOLE: readonly Row[] = [
  {
    title: 'the search list of a group policy goes before that of the computer',
    keys: { [POLICY]: ['"SearchList"="policy.contoso.com,contoso.com"'], [TCPIP_KEY_PATH]: ['"SearchList"="own.contoso.com"', DEEP] },
    domains: ['policy.contoso.com.', 'contoso.com.'],
  },
  { title: 'a group policy alone is enough', keys: { [POLICY]: ['"SearchList"="contoso.com"'] }, domains: ['contoso.com.'] },
  {
    title: 'a policy without suffixes leaves it to the computer',
    keys: { [POLICY]: ['"SearchList"=" , "'], [TCPIP_KEY_PATH]: ['"SearchList"="own.contoso.com"'] },
    domains: ['own.contoso.com.'],
  },
  {
    title: 'a policy of another type is told, and the computer decides',
    keys: { [POLICY]: ['"SearchList"=dword:00000001'], [TCPIP_KEY_PATH]: ['"SearchList"="own.contoso.com"'] },
    domains: ['own.contoso.com.'],
    findings: ['wrong-type'],
  },
  {
    title: 'devolution asks the parents of the primary suffix after the connections, down to its level',
    keys: {
      [TCPIP_KEY_PATH]: [DEEP, '"DomainNameDevolutionLevel"=dword:00000002'],
      [`${TCPIP_KEY_PATH}${FIRST}`]: ['"DhcpDomain"="branch.contoso.com"'],
    },
    domains: ['a.b.contoso.com.', 'branch.contoso.com.', 'b.contoso.com.', 'contoso.com.'],
  },
  {
    title: 'the level of a group policy goes before that of the computer',
    keys: {
      [POLICY]: ['"DomainNameDevolutionLevel"=dword:00000003'],
      [TCPIP_KEY_PATH]: [DEEP, '"DomainNameDevolutionLevel"=dword:00000002'],
    },
    domains: ['a.b.contoso.com.', 'b.contoso.com.'],
  },
  {
    title: "the level of the DNS client's service goes before that of TCP/IP",
    keys: {
      [DNSCACHE_KEY_PATH]: ['"DomainNameDevolutionLevel"=dword:00000003'],
      [TCPIP_KEY_PATH]: [DEEP, '"DomainNameDevolutionLevel"=dword:00000002'],
    },
    domains: ['a.b.contoso.com.', 'b.contoso.com.'],
  },
  {
    title: 'an offline registry has that level in the same control set',
    keys: {
      [`${SET}001\\Services\\Dnscache\\Parameters`]: ['"DomainNameDevolutionLevel"=dword:00000003'],
      [`${SET}001${TCPIP}`]: [DEEP],
    },
    domains: ['a.b.contoso.com.', 'b.contoso.com.'],
  },
  {
    title: 'the primary suffix of a group policy goes before that of the computer, and its parents are asked',
    keys: {
      [PRIMARY_SUFFIX_POLICY_KEY_PATH]: ['"PrimaryDnsSuffix"="x.west.contoso.com"'],
      [TCPIP_KEY_PATH]: [DEEP, '"DomainNameDevolutionLevel"=dword:00000003'],
    },
    domains: ['x.west.contoso.com.', 'west.contoso.com.'],
  },
  {
    title: 'a level below two asks no parents',
    keys: { [TCPIP_KEY_PATH]: [DEEP, '"DomainNameDevolutionLevel"=dword:00000001'] },
    domains: ['a.b.contoso.com.'],
  },
  {
    title: 'devolution that is switched off asks no parents',
    keys: { [TCPIP_KEY_PATH]: [DEEP, '"UseDomainNameDevolution"=dword:00000000', '"DomainNameDevolutionLevel"=dword:00000002'] },
    domains: ['a.b.contoso.com.'],
  },
  {
    title: 'a group policy switches it off, or on again',
    keys: {
      [POLICY]: ['"UseDomainNameDevolution"=dword:00000001'],
      [TCPIP_KEY_PATH]: [DEEP, '"UseDomainNameDevolution"=dword:00000000', '"DomainNameDevolutionLevel"=dword:00000003'],
    },
    domains: ['a.b.contoso.com.', 'b.contoso.com.'],
  },
  {
    title: 'without a level the forest decides, which is not known here, and no parent is asked',
    keys: { [TCPIP_KEY_PATH]: [DEEP, '"DomainNameDevolutionLevel"=dword:00000000'] },
    domains: ['a.b.contoso.com.'],
  },
  {
    title: 'a suffix of DHCP is not devolved',
    keys: { [TCPIP_KEY_PATH]: ['"DhcpDomain"="a.b.contoso.com"'] },
    domains: ['a.b.contoso.com.'],
  },
  {
    title: 'a level of another type is told',
    keys: { [TCPIP_KEY_PATH]: [DEEP, '"DomainNameDevolutionLevel"="2"'] },
    domains: ['a.b.contoso.com.'],
    findings: ['wrong-type'],
  },
  {
    title: 'an offline registry has numbered control sets, and says which is the current one',
    keys: {
      [`${SET}001${TCPIP}`]: ['"SearchList"="old.contoso.com"'],
      [`${SET}002${TCPIP}`]: ['"Domain"="contoso.com"'],
      [`${SET}002${TCPIP}${FIRST}`]: ['"DhcpDomain"="branch.contoso.com"'],
      [SELECT]: ['"Current"=dword:00000002'],
    },
    domains: ['contoso.com.', 'branch.contoso.com.'],
  },
  {
    title: 'the only control set is it',
    keys: { [`${SET.toUpperCase()}001${TCPIP}`]: ['"Domain"="contoso.com"'] },
    domains: ['contoso.com.'],
  },
  {
    title: 'of several without a word on them the first is read, and told',
    keys: { [`${SET}002${TCPIP}`]: ['"Domain"="two.com"'], [`${SET}001${TCPIP}`]: ['"Domain"="one.com"'] },
    domains: ['one.com.'],
    findings: ['control-set-unknown'],
  },
  {
    title: 'a current one that was not exported is told',
    keys: { [`${SET}001${TCPIP}`]: ['"Domain"="one.com"'], [SELECT]: ['"Current"=dword:00000002'] },
    domains: ['one.com.'],
    findings: ['control-set-unknown'],
  },
  {
    title: 'a running computer has one that is called current',
    keys: { [`${SET}001${TCPIP}`]: ['"Domain"="one.com"'], [TCPIP_KEY_PATH]: ['"Domain"="contoso.com"'] },
    domains: ['contoso.com.'],
  },
];

const BELOW_TCPIP = CASES.map(({ keys, ...row }) => {
  return { ...row, keys: Object.fromEntries(Object.entries(keys).map(([below, values]) => [`${TCPIP_KEY_PATH}${below}`, values])) };
});

for (const { title, keys, domains, findings = [] } of [...BELOW_TCPIP, ...WHOLE]) {
  test(title, (t) => {
    const lines = Object.entries(keys).flatMap(([key, values]) => [`[${key}]`, ...values]);
    const list = suffixSearchList(parseRegFile(['Windows Registry Editor Version 5.00', ...lines, ''].join('\n')));
    t.deepEqual(list?.domains.map(String), domains);
    t.deepEqual(
      list?.findings.map(({ code }) => code),
      findings,
    );
  });
}

test('settings without the keys of a network say nothing about domains', (t) => {
  t.is(suffixSearchList(Settings.empty().set('HKLM\\SOFTWARE\\X', 'Domain', { type: 'REG_SZ', value: 'contoso.com' })), undefined);
});
