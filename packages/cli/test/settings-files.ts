import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { KMS_KEY_PATH } from '@srvkit/kms';
import { formatRegFile, Settings } from '@srvkit/settings';

export const APP = '55c92734-d682-4d71-983e-d6ec3f16059f';
export const SKU = 'cf67834d-db4a-402c-ab1f-2c134f02b700';

export function global(name: string, port?: string): Settings {
  const named = Settings.empty().set(KMS_KEY_PATH, 'KeyManagementServiceName', { type: 'REG_SZ', value: name });
  return port === undefined ? named : named.set(KMS_KEY_PATH, 'KeyManagementServicePort', { type: 'REG_SZ', value: port });
}

export function regFile(t: ExecutionContext, settings: Settings): string {
  const file = join(folder(t), 'client.reg');
  writeFileSync(file, formatRegFile(settings));
  return file;
}

export function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'srvkit-settings-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
}
