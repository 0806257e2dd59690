import test from 'ava';
import { DNS_POLICY_KEY_PATH, TCPIP_KEY_PATH } from '@srvkit/kms';
import { Settings, SettingsError } from '@srvkit/settings';
import type { WindowsRegistry } from '@srvkit/settings/windows';
import { UsageError } from '../src/exit.ts';
import { machineDomains } from '../src/machine-domains.ts';

const { signal } = new AbortController();

test('on Windows the domains of this machine are those of the registry', async (t) => {
  const settings = Settings.empty().set(TCPIP_KEY_PATH, 'SearchList', { type: 'REG_SZ', value: 'east.contoso.com,west.contoso.com' });
  const read: string[] = [];
  const registry = registryOf(async (keyPath) => {
    read.push(keyPath);
    return settings;
  });
  const { domains, findings } = await machineDomains({ platform: 'win32', signal, registry });
  t.deepEqual(domains.map(String), ['east.contoso.com.', 'west.contoso.com.']);
  t.deepEqual(findings, []);
  t.deepEqual(read, [TCPIP_KEY_PATH, DNS_POLICY_KEY_PATH]);
});

test('on Windows the search list of a group policy goes before that of the computer', async (t) => {
  const registry = registryOf(async (keyPath) =>
    keyPath === TCPIP_KEY_PATH ? listOf(keyPath, 'own.contoso.com') : listOf(keyPath, 'policy.contoso.com'),
  );
  const { domains } = await machineDomains({ platform: 'win32', signal, registry });
  t.deepEqual(domains.map(String), ['policy.contoso.com.']);
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

function registryOf(read: WindowsRegistry['read']): () => WindowsRegistry {
  return () => ({ read, change: () => Promise.reject(new Error('nothing is to be written')) });
}
