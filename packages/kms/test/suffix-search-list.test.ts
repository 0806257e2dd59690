import test from 'ava';
import { parseRegFile, Settings } from '@srvkit/settings';
import { suffixSearchList, TCPIP_KEY_PATH } from '../src/index.ts';

const FIRST = '\\Interfaces\\{11111111-1111-1111-1111-111111111111}';
const SECOND = '\\Interfaces\\{22222222-2222-2222-2222-222222222222}';

const CASES: readonly {
  title: string;
  keys: Record<string, readonly string[]>;
  domains: readonly string[];
  findings?: readonly string[];
}[] = [
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

for (const { title, keys, domains, findings = [] } of CASES) {
  test(title, (t) => {
    const lines = Object.entries(keys).flatMap(([below, values]) => [`[${TCPIP_KEY_PATH}${below}]`, ...values]);
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
