import test from 'ava';
import { Settings } from '@srvkit/settings';
import type { RegistryValue } from '@srvkit/settings';
import { KMS_KEY_PATH, productHosts, setFixedHost } from '../src/index.ts';

const APP = '55c92734-d682-4d71-983e-d6ec3f16059f';
const SKU = 'cf67834d-db4a-402c-ab1f-2c134f02b700';
const host: RegistryValue = { type: 'REG_SZ', value: 'kms1' };

test('every application and product with a host of its own is found, the global host is none (kms D-20)', (t) => {
  const settings = [{}, { appId: APP }, { appId: APP, skuId: SKU }].reduce(
    (settings, ids, index) => setFixedHost(settings, `kms${index}.contoso.com`, ids),
    Settings.empty(),
  );
  t.deepEqual(productHosts(settings), [
    { appId: APP, skuId: null, host: { target: 'kms1.contoso.com.', port: 1688 } },
    { appId: APP, skuId: SKU, host: { target: 'kms2.contoso.com.', port: 1688 } },
  ]);
  t.deepEqual(productHosts(settings, 'vista'), []);
});

const NONE: readonly { title: string; below: string; name?: string; value?: RegistryValue }[] = [
  { title: 'a key that is no id', below: '\\Plugins' },
  { title: 'a key below a product', below: `\\${APP}\\${SKU}\\${SKU}` },
  { title: 'a key beside', below: `2\\${APP}` },
  { title: 'a port alone', below: `\\${APP}`, name: 'KeyManagementServicePort' },
  { title: 'a host without sense', below: `\\${APP}`, value: { type: 'REG_SZ', value: 'kms 1' } },
];

for (const { title, below, name = 'KeyManagementServiceName', value = host } of NONE) {
  test(`${title} is passed over`, (t) => t.deepEqual(productHosts(Settings.empty().set(`${KMS_KEY_PATH}${below}`, name, value)), []));
}

test('letter case of keys does not count', (t) => {
  const settings = Settings.empty().set(`${KMS_KEY_PATH}\\${APP}`.toUpperCase(), 'KEYMANAGEMENTSERVICENAME', host);
  t.deepEqual(productHosts(settings), [{ appId: APP, skuId: null, host: { target: 'kms1', port: 1688 } }]);
});
