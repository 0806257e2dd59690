import { readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { formatRegFile, parseRegFile, Settings } from '../src/index.ts';

const SPP = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
const WINDOWS = '55c92734-d682-4d71-983e-d6ec3f16059f';
const SKU = 'cf67834d-db4a-402c-ab1f-2c134f02b700';

// kms P-11: each host's own list, which together make the records of kms N-20.
const HOSTS = [
  { file: 'kms-e1.reg', list: ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75'], port: undefined },
  { file: 'kms-e2.reg', list: ['east.contoso.com, 10, 25', 'west.contoso.com, 90, 25'], port: '1688' },
  { file: 'kms-w1.reg', list: ['west.contoso.com, 10, 75', 'east.contoso.com, 90, 75'], port: undefined },
  { file: 'kms-w2.reg', list: ['west.contoso.com, 10, 25', 'east.contoso.com, 90, 25'], port: '1688' },
];

// kms D-07: the three levels, each with another host of the story.
const CLIENTS = [
  { file: 'pinned-sku.reg', key: `${SPP}\\${WINDOWS}\\${SKU}`, host: 'kms-w2.west.contoso.com', port: '1688' },
  { file: 'pinned-application.reg', key: `${SPP}\\${WINDOWS}`, host: 'kms-w1.west.contoso.com', port: undefined },
  { file: 'pinned-global.reg', key: SPP, host: 'kms-e2.east.contoso.com', port: undefined },
];

for (const { file, list, port } of HOSTS) {
  test(`${file} is the export of this host's publish list`, (t) => {
    const settings = Settings.empty().change((draft) => {
      draft.set(SPP, 'DnsDomainPublishList', { type: 'REG_MULTI_SZ', value: list });
      if (port !== undefined) draft.set(SPP, 'KeyManagementServiceListeningPort', { type: 'REG_SZ', value: port });
    });
    t.deepEqual(formatRegFile(settings), fixture(file, settings));
    t.true(parseRegFile(fixture(file)).equals(settings));
  });
}

for (const { file, key, host, port } of CLIENTS) {
  test(`${file} is the export of a client pinned to ${host}`, (t) => {
    const settings = Settings.empty().change((draft) => {
      draft.set(key, 'KeyManagementServiceName', { type: 'REG_SZ', value: host });
      if (port !== undefined) draft.set(key, 'KeyManagementServicePort', { type: 'REG_SZ', value: port });
    });
    t.deepEqual(formatRegFile(settings), fixture(file, settings));
    t.true(parseRegFile(fixture(file)).equals(settings));
  });
}

function fixture(name: string, settings?: Settings): Uint8Array {
  const path = new URL(`../../../fixtures/reg/${name}`, import.meta.url);
  if (settings !== undefined && process.env['UPDATE_FIXTURES'] !== undefined) writeFileSync(path, formatRegFile(settings));
  return new Uint8Array(readFileSync(path));
}
