import { Buffer } from 'node:buffer';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishList, setFixedHost, suffixSearchList } from '@srvkit/kms';
import { parseDomainName } from '@srvkit/dns';
import { formatRegFile, parseRegFile, Settings } from '@srvkit/settings';
import { judgeTest } from './judge-test.ts';
import { expectSuccess } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

// A hive is what Windows keeps the registry in; hivex reads and writes it without Windows.
const HIVE = join(import.meta.dirname, '../../fixtures/reg/SOFTWARE.hive');
const PREFIX = 'HKEY_LOCAL_MACHINE\\SOFTWARE';
const BELOW = '\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
const SPP = `${PREFIX}${BELOW}`;
const IDS = { appId: '55c92734-d682-4d71-983e-d6ec3f16059f', skuId: 'cf67834d-db4a-402c-ab1f-2c134f02b700' };

judgeTest(['hivexregedit', 'hivexget'], 'we read what hivexregedit exports of a hive as hivexget reads the hive', async (t) => {
  const settings = await exportHive(HIVE, BELOW);
  t.deepEqual(settings.keys(), [SPP]);
  const list = settings.get(SPP, 'DnsDomainPublishList');
  t.deepEqual(list?.value, (await expectSuccess('hivexget', [HIVE, BELOW, 'DnsDomainPublishList'])).trim().split('\n'));
  t.deepEqual(settings.get(SPP, 'KeyManagementServiceName'), { type: 'REG_SZ', value: 'kms1.contoso.com' });
  t.like(publishList(settings, { hostName: parseDomainName('kms1.contoso.com') }), { enabled: false, port: 1688 });
});

judgeTest(['hivexregedit'], 'we read the export of a whole hive, whose own key ends in a backslash', async (t) => {
  const settings = await exportHive(HIVE, '\\');
  t.is(settings.keys()[0], PREFIX);
  t.true(settings.hasKey(SPP));
});

judgeTest(['hivexregedit'], 'what we write, hivexregedit merges into a hive and exports as we meant it', async (t) => {
  const before = await exportHive(HIVE, BELOW);
  const pinned = [{}, { appId: IDS.appId }, IDS].reduce((settings, ids) => setFixedHost(settings, '[2001:db8::5]:1700', ids), before);
  const settings = pinned.change((draft) => {
    draft.set(SPP, '', { type: 'REG_SZ', value: 'a "quote" and a \\' });
    draft.set(SPP, 'DnsDomainPublishList', { type: 'REG_MULTI_SZ', value: ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75'] });
    draft.set(SPP, 'Expand', { type: 'REG_EXPAND_SZ', value: '%SystemRoot%\\x' });
    draft.set(SPP, 'Qword', { type: 'REG_QWORD', value: 2n ** 63n });
    draft.set(SPP, 'Dword', { type: 'REG_DWORD', value: 0xffff_ffff });
    draft.set(SPP, 'Binary', { type: 'REG_BINARY', value: new Uint8Array(100).fill(0xa5) });
    draft.set(SPP, 'None', { type: 'REG_NONE', value: new Uint8Array() });
    draft.set(SPP, 'Link', { type: 'REG_OTHER', number: 6, value: Uint8Array.of(0x41, 0) });
  });
  const hive = await mergeIntoHive(await temporaryFolder(t), settings);
  const exported = await exportHive(hive, BELOW);
  t.deepEqual(exported.keys(), settings.keys());
  for (const key of settings.keys()) t.deepEqual(exported.values(key), settings.values(key));
});

judgeTest(['hivexregedit'], 'of the SYSTEM hive of a computer that does not run we read its current control set', async (t) => {
  const system = 'HKEY_LOCAL_MACHINE\\SYSTEM';
  const parameters = (number: number) => `${system}\\ControlSet00${number}\\Services\\Tcpip\\Parameters`;
  const settings = Settings.empty().change((draft) => {
    // hivexregedit makes no parents by itself.
    for (const set of ['ControlSet001', 'ControlSet002'])
      for (const below of ['', '\\Services', '\\Services\\Tcpip']) draft.addKey(`${system}\\${set}${below}`);
    draft.set(`${system}\\Select`, 'Current', { type: 'REG_DWORD', value: 2 });
    draft.set(parameters(1), 'Domain', { type: 'REG_SZ', value: 'old.contoso.com' });
    draft.set(parameters(2), 'Domain', { type: 'REG_SZ', value: 'east.contoso.com' });
    draft.set(parameters(2), 'DomainNameDevolutionLevel', { type: 'REG_DWORD', value: 2 });
  });
  const exported = await exportHive(await mergeIntoHive(await temporaryFolder(t), settings, system), '\\', system);
  const list = suffixSearchList(exported);
  t.deepEqual(list?.domains.map(String), ['east.contoso.com.', 'contoso.com.']);
  t.deepEqual(list?.findings, []);
});

async function exportHive(hive: string, key: string, prefix = PREFIX): Promise<Settings> {
  const text = await expectSuccess('hivexregedit', ['--export', '--prefix', prefix, hive, key]);
  return parseRegFile(Buffer.from(text), { file: 'hivexregedit --export' });
}

/** A copy of the hive with the settings merged in. hivexregedit reads no UTF-16, so it gets the same text as ASCII. */
async function mergeIntoHive(folder: string, settings: Settings, prefix = PREFIX): Promise<string> {
  const hive = join(folder, 'SOFTWARE');
  const file = join(folder, 'merge.reg');
  await copyFile(HIVE, hive);
  await writeFile(file, Buffer.from(formatRegFile(settings)).toString('utf16le', 2), 'ascii');
  await expectSuccess('hivexregedit', ['--merge', '--prefix', prefix, hive, file]);
  return hive;
}
