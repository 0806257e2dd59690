import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { KMS_KEY_PATH, PROFILE } from '@srvkit/kms';
import { formatRegFile, parseRegFile, Settings } from '@srvkit/settings';
import { srvkit } from './capture.ts';
import { APP, folder, global, regFile, SKU } from './settings-files.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/reg');

test('show prints the levels that were asked for, the effective one and why', async (t) => {
  const { status, stdout, stderr } = await srvkit(['settings', 'show', '--settings', three(t), '--app-id', APP]);
  t.is(
    stdout.replace(/in \/.*/, 'in FILE'),
    `fixed hosts in FILE
  sku          not looked at: give --sku-id
  application  kms-app.contoso.com.:1700
  global       [2001:db8::5]:1688
effective: kms-app.contoso.com.:1700, from the application level: the most specific level that has a host
also fixed: kms-sku:1688 for --app-id ${APP} --sku-id ${SKU}
`,
  );
  t.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});

test('show prints the document of docs/cli.md', async (t) => {
  const ran = await srvkit(['settings', 'show', '--settings', three(t), '--app-id', `{${APP.toUpperCase()}}`, '--sku-id', SKU, '--json']);
  t.is(ran.status, 0);
  t.deepEqual(ran.json(), {
    v: 1,
    profile: 'windows',
    levels: {
      sku: { target: 'kms-sku', port: 1688 },
      application: { target: 'kms-app.contoso.com.', port: 1700 },
      global: { target: '2001:db8::5', port: 1688 },
    },
    effective: { target: 'kms-sku', port: 1688, from: 'sku' },
    lookupDomain: null,
    alsoFixed: [],
    findings: [],
  });
});

test('show of settings without a host says where DNS is asked', async (t) => {
  const plain = await srvkit(['settings', 'show', '--settings', regFile(t, Settings.empty())]);
  t.regex(plain.stdout, /^effective: DNS, because no level has a host; asked in the suffix search list$/m);
  const domain = Settings.empty().set(KMS_KEY_PATH, 'KeyManagementServiceLookupDomain', { type: 'REG_SZ', value: 'contoso.com' });
  const pinned = await srvkit(['settings', 'show', '--settings', regFile(t, domain)]);
  const shown = await srvkit(['settings', 'show', '--settings', regFile(t, domain), '--json']);
  t.deepEqual(shown.json().lookupDomain, { domain: 'contoso.com.', from: 'global' });
  t.regex(pinned.stdout, /^effective: DNS, .*; asked in contoso\.com\. \(the lookup domain\) alone$/m);
});

test('show --profile vista reads the settings of Vista, which has no lookup domain and no regard for priority and weight', async (t) => {
  const { keyPath } = PROFILE.vista;
  const values = { KeyManagementServiceName: 'kms-vista', KeyManagementServiceLookupDomain: 'contoso.com' };
  const modern = Settings.empty().set(KMS_KEY_PATH, 'KeyManagementServiceName', { type: 'REG_SZ', value: 'kms-modern' });
  const both = Object.entries(values).reduce((settings, [name, value]) => settings.set(keyPath, name, { type: 'REG_SZ', value }), modern);
  const file = regFile(t, both.set(`${keyPath}\\${APP}`, 'KeyManagementServiceName', { type: 'REG_SZ', value: 'kms-app' }));
  const vista = ['settings', 'show', '--settings', file, '--profile', 'vista'];
  const { status, stdout } = await srvkit(vista);
  t.is(
    stdout.replace(/in \/.*,/, 'in FILE,'),
    `fixed hosts in FILE, as Vista and Server 2008 read it
  sku          not looked at: give --app-id and --sku-id
  application  not looked at: give --app-id
  global       kms-vista:1688
effective: kms-vista:1688, from the global level: the most specific level that has a host
also fixed: kms-app:1688 for --app-id ${APP}
`,
  );
  t.is(status, 0);
  t.like((await srvkit([...vista, '--json'])).json(), { profile: 'vista', effective: { target: 'kms-vista' }, lookupDomain: null });
  await srvkit(['settings', 'clear', '--settings', file, '--profile', 'vista']);
  await srvkit(['settings', 'clear', '--settings', file, '--profile', 'vista', '--app-id', APP]);
  t.regex(
    (await srvkit(vista)).stdout,
    /^effective: DNS, .*; asked in the suffix search list, and any host is taken, whatever its priority and weight$/m,
  );
  t.is(parseRegFile(readFileSync(file)).get(KMS_KEY_PATH, 'KeyManagementServiceName')?.type, 'REG_SZ');
});

test('show with findings ends with 1 and names place and remedy', async (t) => {
  const settings = Settings.empty()
    .set(KMS_KEY_PATH, 'KeyManagementServiceName', { type: 'REG_SZ', value: 'kms1' })
    .set(KMS_KEY_PATH, 'KeyManagementServicePort', { type: 'REG_DWORD', value: 1700 });
  const file = regFile(t, settings);
  const ran = await srvkit(['settings', 'show', '--settings', file, '--json']);
  t.is(ran.status, 1);
  t.like(ran.json(), { effective: { target: 'kms1', port: 1688, from: 'global' }, findings: { length: 1, 0: { code: 'wrong-type' } } });
  t.regex(
    (await srvkit(['settings', 'show', '--settings', file])).stdout,
    /^wrong-type: HKEY.*ServicePort is REG_DWORD.*write it as REG_SZ/m,
  );
});

// kms D-15 to D-17: what /skms writes. Before each, the global level has kms0 at port 1699.
const SET: readonly { words: string[]; level: string; name: string | undefined; port: string | undefined }[] = [
  { words: ['kms1'], level: '', name: 'kms1', port: undefined },
  { words: ['kms1.contoso.com:1700'], level: '', name: 'kms1.contoso.com', port: '1700' },
  { words: [':1700'], level: '', name: 'kms0', port: '1700' },
  { words: ['[2001:db8::5]'], level: '', name: '[2001:db8::5]', port: undefined },
  { words: ['[2001:db8::5]:1700'], level: '', name: '[2001:db8::5]', port: '1700' },
  { words: ['kms1', '--app-id', APP], level: `\\${APP}`, name: 'kms1', port: undefined },
  { words: ['kms1:1700', '--app-id', APP, '--sku-id', SKU.toUpperCase()], level: `\\${APP}\\${SKU}`, name: 'kms1', port: '1700' },
];

for (const { words, level, name, port } of SET) {
  test(`set ${words.join(' ')} writes ${name} and ${port === undefined ? 'no port' : `port ${port}`}`, async (t) => {
    const before = global('kms0', '1699').set('HKCU\\Other', 'kept', { type: 'REG_QWORD', value: 7n });
    const file = regFile(t, before);
    const ran = await srvkit(['settings', 'set', ...words, '--settings', file, '--json']);
    t.is(ran.status, 0);
    t.deepEqual(Object.keys(ran.json()), ['v', 'profile', 'levels', 'effective', 'lookupDomain', 'alsoFixed', 'findings']);
    const after = parseRegFile(readFileSync(file));
    t.deepEqual(text(after, level, 'KeyManagementServiceName'), name);
    t.deepEqual(text(after, level, 'KeyManagementServicePort'), port);
    t.deepEqual(after.get('HKCU\\Other', 'kept'), { type: 'REG_QWORD', value: 7n });
    if (level !== '') t.deepEqual(after.values(KMS_KEY_PATH), before.values(KMS_KEY_PATH));
  });
}

test('commands that set different levels at once wait for each other, and all their hosts are there', async (t) => {
  const file = regFile(t, Settings.empty());
  const levels = [[], ['--app-id', APP], ['--app-id', APP, '--sku-id', SKU]];
  const ran = await Promise.all(levels.map((ids, at) => srvkit(['settings', 'set', `kms${at}:1700`, '--settings', file, ...ids])));
  t.deepEqual(
    ran.map(({ status }) => status),
    [0, 0, 0],
  );
  const after = parseRegFile(readFileSync(file));
  t.deepEqual(
    ['', `\\${APP}`, `\\${APP}\\${SKU}`].map((level) => text(after, level, 'KeyManagementServiceName')),
    ['kms0', 'kms1', 'kms2'],
  );
});

test('clear takes name and port of one level, and says who is still fixed (kms D-20)', async (t) => {
  const file = three(t);
  const { status, stdout } = await srvkit(['settings', 'clear', '--settings', file]);
  t.is(status, 0);
  t.regex(stdout, /^ {2}global +not set$/m);
  t.regex(stdout, new RegExp(`^also fixed: kms-app\\.contoso\\.com\\.:1700 for --app-id ${APP}$`, 'm'));
  t.regex(stdout, new RegExp(`^also fixed: kms-sku:1688 for --app-id ${APP} --sku-id ${SKU}$`, 'm'));
  const scripts = await srvkit(['settings', 'show', '--settings', file, '--json']);
  t.deepEqual(scripts.json().alsoFixed, [
    { appId: APP, skuId: null, target: 'kms-app.contoso.com.', port: 1700 },
    { appId: APP, skuId: SKU, target: 'kms-sku', port: 1688 },
  ]);
  const product = await srvkit(['settings', 'clear', '--settings', file, '--app-id', APP, '--sku-id', SKU, '--json']);
  t.like(product.json(), { levels: { sku: null }, effective: { target: 'kms-app.contoso.com.', port: 1700, from: 'application' } });
});

test("what slmgr cannot read, it cannot lose: a host's publish list stays when a host is fixed", async (t) => {
  const file = join(folder(t), 'kms-e1.reg');
  const original = readFileSync(join(FIXTURES, 'kms-e1.reg'));
  writeFileSync(file, original);
  await srvkit(['settings', 'set', 'kms1', '--settings', file]);
  t.notDeepEqual(readFileSync(file), original);
  await srvkit(['settings', 'clear', '--settings', file]);
  t.deepEqual(readFileSync(file), original);
});

test('without --settings it is srvkit.reg in the configuration folder, made by the first set', async (t) => {
  const home = folder(t);
  const file = join(home, 'srvkit', 'srvkit.reg');
  const io = { env: { XDG_CONFIG_HOME: home } };
  const empty = await srvkit(['settings', 'clear', '--json'], io);
  t.like(empty.json(), { effective: { from: 'dns' } });
  t.deepEqual((await srvkit(['settings', 'show', '--json'], io)).json(), empty.json());
  t.is((await srvkit(['settings', 'set', 'kms1'], io)).status, 0);
  t.deepEqual(new Uint8Array(readFileSync(file)), formatRegFile(global('kms1')));
  t.like((await srvkit(['settings', 'show', '--json'], io)).json(), { effective: { target: 'kms1', port: 1688, from: 'global' } });
  t.deepEqual(readdirSync(join(home, 'srvkit')), ['srvkit.reg']);
});

// One line that names place and remedy, status 2, and the file as it was.
const WELL = formatRegFile(global('kms0'));
const BAD: readonly { line: string; bytes?: Uint8Array | string; says: RegExp }[] = [
  { line: 'show --settings @', bytes: 'hello\n', says: /@:1:1: the first line must be/ },
  { line: 'set kms1 --settings @', bytes: 'hello\n', says: /@:1:1: the first line must be/ },
  { line: 'clear --settings @', bytes: '', says: /@:1:1: the first line must be/ },
  { line: 'set kms1 --settings @', bytes: WELL.slice(0, -1), says: /@:1:1: .*UTF-16/ },
  {
    line: 'set kms1 --settings @',
    bytes: Buffer.from('REGEDIT4\n\n[HKEY_CURRENT_USER\\X]\n"n"="\xef"\n', 'latin1'),
    says: /@: this is REGEDIT4 .*export it again as version 5\.00/,
  },
  { line: 'show --settings @', says: /@: no such file/ },
  { line: 'clear --settings @', says: /@: no such file/ },
  { line: 'set kms1 --settings @/x.reg', bytes: WELL, says: /@\/x\.reg: .*ENOTDIR|not a folder/ },
  {
    line: 'set kms1 --settings @-none/x.reg',
    says: /@-none\/x\.reg\.lock: cannot be created: its folder is not there: make the folder first \(ENOENT\)/,
  },
  { line: 'set 2001:db8::5 --settings @', bytes: WELL, says: /IPv6 goes in brackets, as in \[2001:db8::5\]/ },
  { line: 'set kms1:0 --settings @', bytes: WELL, says: /1 to 65535/ },
  { line: 'set kms1 --sku-id 00000000-0000-0000-0000-000000000000 --settings @', bytes: WELL, says: /needs its AppID/ },
  { line: 'show --app-id x --settings @', bytes: WELL, says: /"x" is no GUID/ },
  { line: 'set --settings @', bytes: WELL, says: /HOST\[:PORT\] is missing/ },
  { line: 'set kms1 kms2 --settings @', bytes: WELL, says: /"kms2" is a word too many/ },
  { line: 'show --cache x --settings @', bytes: WELL, says: /Unknown argument: cache/ },
  { line: 'set :domain.com:1688 --settings @', bytes: WELL, says: /begins with a colon: write domain\.com:1688/ },
  { line: 'show kms1 --settings @', bytes: WELL, says: /"kms1" is a word too many/ },
];

for (const { line, bytes, says } of BAD) {
  test(`"settings ${line}" with ${bytes === undefined ? 'no file' : `a file of ${bytes.length}`} is one line and status 2`, async (t) => {
    const home = folder(t);
    const file = join(home, 'client.reg');
    if (bytes !== undefined) writeFileSync(file, bytes);
    const { status, stdout, stderr } = await srvkit(['settings', ...line.split(' ').map((word) => word.replace('@', file))]);
    t.is(status, 2);
    t.is(stdout, '');
    t.regex(stderr.replaceAll(file, '@'), says);
    t.is(stderr.trimEnd().split('\n').length, 1, stderr);
    t.deepEqual(readdirSync(home), bytes === undefined ? [] : ['client.reg']);
    if (bytes !== undefined) t.deepEqual(readFileSync(file), Buffer.from(bytes));
  });
}

/** A file with a host at each of the three levels. */
function three(t: ExecutionContext): string {
  return regFile(
    t,
    global('[2001:db8::5]').change((draft) => {
      draft.set(`${KMS_KEY_PATH}\\${APP}`, 'KeyManagementServiceName', { type: 'REG_SZ', value: 'kms-app.contoso.com' });
      draft.set(`${KMS_KEY_PATH}\\${APP}`, 'KeyManagementServicePort', { type: 'REG_SZ', value: '1700' });
      draft.set(`${KMS_KEY_PATH}\\${APP}\\${SKU}`, 'KeyManagementServiceName', { type: 'REG_SZ', value: 'kms-sku' });
    }),
  );
}

function text(settings: Settings, level: string, name: string): unknown {
  return settings.get(`${KMS_KEY_PATH}${level}`, name)?.value;
}
