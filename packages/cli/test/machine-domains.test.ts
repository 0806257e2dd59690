import test from 'ava';
import { SUFFIX_KEY_PATHS } from '@srvkit/kms';
import { Settings, SettingsError } from '@srvkit/settings';
import type { WindowsRegistry } from '@srvkit/settings/windows';
import { UsageError } from '../src/exit.ts';
import { machineDomains } from '../src/machine-domains.ts';

const [TCPIP = '', DNSCACHE = '', POLICY = ''] = SUFFIX_KEY_PATHS;
const { signal } = new AbortController();

test('on Windows the domains of this machine are those of the registry', async (t) => {
  const settings = Settings.empty().set(TCPIP, 'SearchList', { type: 'REG_SZ', value: 'east.contoso.com,west.contoso.com' });
  const read: string[] = [];
  const registry = registryOf(async (keyPath) => {
    read.push(keyPath);
    return settings;
  });
  const { domains, findings } = await machineDomains({ platform: 'win32', signal, registry });
  t.deepEqual(domains.map(String), ['east.contoso.com.', 'west.contoso.com.']);
  t.deepEqual(findings, []);
  t.deepEqual(read, SUFFIX_KEY_PATHS);
});

test('on Windows the search list of a group policy goes before that of the computer', async (t) => {
  const registry = registryOf(async (keyPath) =>
    keyPath === POLICY ? listOf(keyPath, 'policy.contoso.com') : listOf(TCPIP, 'own.contoso.com'),
  );
  const { domains } = await machineDomains({ platform: 'win32', signal, registry });
  t.deepEqual(domains.map(String), ['policy.contoso.com.']);
});

test("on Windows the level of devolution of the DNS client's service goes before that of TCP/IP", async (t) => {
  const registry = registryOf(async (keyPath) => {
    if (keyPath === TCPIP) return levelOf(TCPIP, 2).set(TCPIP, 'Domain', { type: 'REG_SZ', value: 'a.b.contoso.com' });
    return keyPath === DNSCACHE ? levelOf(DNSCACHE, 3) : Settings.empty();
  });
  const { domains } = await machineDomains({ platform: 'win32', signal, registry });
  t.deepEqual(domains.map(String), ['a.b.contoso.com.', 'b.contoso.com.']);
});

test('a Windows registry without these keys gives no domain; one that cannot be read is one line', async (t) => {
  const empty = registryOf(async () => Settings.empty());
  t.deepEqual(await machineDomains({ platform: 'win32', signal, registry: empty }), { domains: [], findings: [] });
  const unreadable = registryOf(() => Promise.reject(new SettingsError('REGISTRY_NOT_READ', 'may this user read the key?')));
  await t.throwsAsync(machineDomains({ platform: 'win32', signal, registry: unreadable }), {
    instanceOf: UsageError,
    message: /may this user/,
  });
});

function listOf(keyPath: string, value: string): Settings {
  return Settings.empty().set(keyPath, 'SearchList', { type: 'REG_SZ', value });
}

function levelOf(keyPath: string, value: number): Settings {
  return Settings.empty().set(keyPath, 'DomainNameDevolutionLevel', { type: 'REG_DWORD', value });
}

function registryOf(read: WindowsRegistry['read']): () => WindowsRegistry {
  return () => ({ read, change: () => Promise.reject(new Error('nothing is to be written')) });
}
