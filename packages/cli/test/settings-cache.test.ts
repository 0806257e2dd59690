import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fileHostCache } from '@srvkit/host-cache';
import { formatRegFile, Settings } from '@srvkit/settings';
import { srvkit } from './capture.ts';
import { APP, folder, global, regFile, SKU } from './settings-files.ts';

const FORGOTTEN: readonly { title: string; words: string[]; left: string[] }[] = [
  { title: 'a product', words: ['--app-id', APP, '--sku-id', SKU], left: ['global', 'other'] },
  { title: 'an application, whose products are not known,', words: ['--app-id', APP], left: [] },
  { title: 'the machine', words: [], left: [] },
];

for (const { title, words, left } of FORGOTTEN) {
  test(`set and clear for ${title} make remembered hosts void (kms D-21)`, async (t) => {
    for (const verb of [['set', 'kms1'], ['clear']]) {
      const cache = join(folder(t), 'hosts.json');
      for (const scope of ['global', 'other', SKU]) await remember(cache, '_vlmcs._tcp', scope);
      await remember(cache, '_ldap._tcp', 'global');
      const line = ['settings', ...verb, ...words, '--settings', regFile(t, Settings.empty())];
      const { stderr } = await srvkit(line, { env: { SRVKIT_CACHE: cache } });
      t.is(stderr, `srvkit: ${3 - left.length} remembered ${left.length === 2 ? 'host' : 'hosts'} forgotten in ${cache}\n`);
      const hosts = await fileHostCache(cache).list();
      t.deepEqual(
        hosts
          .filter(({ service }) => service === '_vlmcs._tcp')
          .map(({ scope }) => scope)
          .toSorted(),
        left,
      );
      t.true(hosts.some(({ service }) => service === '_ldap._tcp'));
    }
  });
}

test('--cache goes before SRVKIT_CACHE (kms D-21)', async (t) => {
  const [named, other] = [join(folder(t), 'hosts.json'), join(folder(t), 'hosts.json')];
  for (const cache of [named, other]) await remember(cache, '_vlmcs._tcp', 'global');
  const line = ['settings', 'set', 'kms1', '--settings', regFile(t, Settings.empty()), '--cache', named];
  t.is((await srvkit(line, { env: { SRVKIT_CACHE: other } })).status, 0);
  t.deepEqual(await fileHostCache(named).list(), []);
  t.is((await fileHostCache(other).list()).length, 1);
});

test('without a cache file, set and clear say how to forget (kms D-21)', async (t) => {
  const file = regFile(t, Settings.empty());
  const ids = ['--app-id', APP, '--sku-id', SKU];
  t.regex(
    (await srvkit(['settings', 'set', 'kms1', '--settings', file])).stderr,
    /; srvkit cache forget _vlmcs\._tcp --cache FILE forgets it\n$/,
  );
  t.regex((await srvkit(['settings', 'clear', ...ids, '--settings', file])).stderr, new RegExp(`forget _vlmcs\\._tcp ${SKU} --cache FILE`));
});

test('a cache that cannot be read keeps the settings from being changed', async (t) => {
  const file = regFile(t, global('kms0'));
  const { status, stderr } = await srvkit(['settings', 'set', 'kms1', '--settings', file], { env: { SRVKIT_CACHE: folder(t) } });
  t.is(status, 2, stderr);
  t.deepEqual(new Uint8Array(readFileSync(file)), formatRegFile(global('kms0')));
});

async function remember(cache: string, service: string, scope: string): Promise<void> {
  const host = { service, scope, target: 'kms9.contoso.com.', port: 1688, address: null, since: 1, lastReached: 1, provisional: false };
  await fileHostCache(cache).set(host);
}
