import { spawn } from 'node:child_process';
import type { StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clearFixedHost, effectiveHosts, setFixedHost } from '@srvkit/kms';
import type { RegistryValue } from '@srvkit/settings';
import { windowsRegistry } from '@srvkit/settings/windows';
import type { RunReg } from '@srvkit/settings/windows';
import test from 'ava';
import { findProgram } from '../../lab/find-program.ts';
import { temporaryFolder } from './temporary-folder.ts';

// Wine's reg.exe stands in for that of Windows. Wine takes 1.4 GB, so that it is no part of CI: where it is missing, this is skipped.
const NT = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const DEADLINE_MS = 120_000;
const SPP = `${NT}\\SoftwareProtectionPlatform`;
const IDS = { appId: '55c92734-d682-4d71-983e-d6ec3f16059f', skuId: 'cf67834d-db4a-402c-ab1f-2c134f02b700' };
const VALUES: readonly { name: string; value: RegistryValue }[] = [
  { name: '', value: { type: 'REG_SZ', value: 'default' } },
  { name: 'Binary', value: { type: 'REG_BINARY', value: new Uint8Array(100).fill(0xa5) } },
  { name: 'DnsDomainPublishList', value: { type: 'REG_MULTI_SZ', value: ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75'] } },
  { name: 'Dword', value: { type: 'REG_DWORD', value: 0xffff_ffff } },
  { name: 'Expand', value: { type: 'REG_EXPAND_SZ', value: '%SystemRoot%\\x' } },
  { name: 'Quote"and\\', value: { type: 'REG_SZ', value: 'a "b" \\' } },
  { name: 'Qword', value: { type: 'REG_QWORD', value: 2n ** 63n } },
  { name: 'Städte', value: { type: 'REG_SZ', value: 'münchen-日本' } },
];

// Where Debian keeps it.
const WINE_FOLDER = '/usr/lib/wine';
const wine = findProgram('wine64', WINE_FOLDER) ?? findProgram('wine', WINE_FOLDER);
const wineTest = wine === undefined ? test.skip : test;

wineTest(
  `the registry of Wine is read and written${wine === undefined ? ' (no wine64 or wine: apt-get install wine64)' : ''}`,
  async (t) => {
    t.timeout(2 * DEADLINE_MS, 'a new prefix takes its time');
    const reg = await wineReg(await temporaryFolder(t), t.teardown);
    const registry = windowsRegistry({ run: reg, timeoutMs: DEADLINE_MS });

    t.deepEqual((await registry.read(`${SPP}\\nothing\\here`)).keys(), [], 'a key without a parent is missing');
    t.deepEqual((await registry.read(SPP)).keys(), [], 'a key is missing');

    const written = await registry.change(SPP, (settings) =>
      settings.change((draft) => {
        for (const { name, value } of VALUES) draft.set(SPP, name, value);
      }),
    );
    t.deepEqual(written.values(SPP), VALUES);
    t.true((await registry.read(SPP)).equals(written));

    await registry.change(SPP, (settings) => setFixedHost(setFixedHost(settings, 'kms-global'), '[2001:db8::5]:1700', IDS));
    const query = await reg(['query', `${SPP}\\${IDS.appId}\\${IDS.skuId}`], { timeoutMs: DEADLINE_MS });
    t.regex(query.output, /KeyManagementServiceName +REG_SZ +\[2001:db8::5\]\r\n +KeyManagementServicePort +REG_SZ +1700\r\n/);
    t.is(
      (await reg(['add', `${SPP}\\${IDS.appId}`, '/v', 'KeyManagementServiceName', '/d', 'kms-app', '/f'], { timeoutMs: DEADLINE_MS }))
        .status,
      0,
    );
    t.like(effectiveHosts(await registry.read(SPP), IDS), {
      levels: {
        sku: { target: '2001:db8::5', port: 1700 },
        application: { target: 'kms-app', port: 1688 },
        global: { target: 'kms-global', port: 1688 },
      },
      findings: [],
    });

    const cleared = await registry.change(SPP, (settings) => clearFixedHost(settings).deleteKey(`${SPP}\\${IDS.appId}`));
    t.deepEqual(cleared.keys(), [SPP]);
    t.deepEqual(cleared.values(SPP), VALUES, 'all else is as it was');
  },
);

/** reg.exe of a new Wine prefix in this folder. Wine itself is ended before the folder goes. */
async function wineReg(folder: string, teardown: (end: () => Promise<void>) => void): Promise<RunReg> {
  const start = (args: readonly string[], stdio: StdioOptions, timeout: number) => {
    const { DISPLAY: _, ...rest } = process.env;
    const env = { ...rest, WINEPREFIX: join(folder, 'prefix'), WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree=;mshtml=' };
    return spawn(wine ?? '', args, { env, stdio, timeout, killSignal: 'SIGKILL' });
  };
  // The services that Wine starts keep a pipe open for as long as they run: at the end that is waited for, else output goes to a file.
  teardown(async () => {
    const child = start(['wineboot', '--end-session', '--shutdown'], ['ignore', 'pipe', 'ignore'], DEADLINE_MS);
    child.stdout?.resume();
    await once(child, 'close');
  });
  await once(start(['wineboot', '--init'], 'ignore', DEADLINE_MS), 'exit');
  return async (args, { timeoutMs }) => {
    const file = await open(join(folder, 'output'), 'w+');
    try {
      const child = start(['reg.exe', ...args.map(windowsPath)], ['ignore', file.fd, file.fd], timeoutMs);
      const [status] = (await once(child, 'exit')) as [number | null];
      return { status, output: await readFile(join(folder, 'output'), 'latin1') };
    } finally {
      await file.close();
    }
  };
}

// reg.exe takes a word that begins with a slash for an option: files go by their names on Wine's drive Z.
function windowsPath(word: string): string {
  return word.startsWith('/') && word.includes('/', 1) ? `Z:${word.replaceAll('/', '\\')}` : word;
}
