import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKeyFile } from '@srvkit/dns';
import { createTestServer } from '@srvkit/test-server';
import type { TestServer } from '@srvkit/test-server';
import type { ExecutionContext } from 'ava';

// Two zones on loopback, for commands that publish and look up there.

const SECRET = 'ZWFzdC10ZXN0LXNlY3JldC0zMi1ieXRlcy1sb25nISE=';
const keys = parseKeyFile(`hmac-sha256:east-key:${SECRET}`);
const HEAD = '$TTL 3600\n@ SOA ns1 hostmaster 1 3600 600 604800 300\n@ NS ns1\nns1 A 127.0.0.1\n';
export const east = (records = ''): string => `$ORIGIN east.contoso.com.\n${HEAD}${records}`;
export const west = (records = ''): string => `$ORIGIN west.contoso.com.\n${HEAD}${records}`;

/** A server of these zones, in which the key may write. */
export async function serve(t: ExecutionContext, ...zones: string[]): Promise<TestServer> {
  const server = await createTestServer({ zones, keys });
  t.teardown(() => server.close());
  return server;
}

/** A folder of this test alone, with the key in `east.key`. */
export function folderFor(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-cli-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'east.key'), `key "east-key" { algorithm hmac-sha256; secret "${SECRET}"; };`, { mode: 0o600 });
  return folder;
}

/** The port of a host that takes connections. */
export async function listen(t: ExecutionContext, address = '127.0.0.1'): Promise<number> {
  const listener = createServer((socket) => socket.destroy()).listen(0, address);
  t.teardown(() => listener.close());
  await once(listener, 'listening');
  return (listener.address() as AddressInfo).port;
}
