import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestServer } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { srvkit } from './capture.ts';

// That the printed configuration does what it says is judged by the real servers in test/interop/grants.test.ts.

const ZONE = '$ORIGIN contoso.com.\n$TTL 3600\n@ SOA ns1 hostmaster 1 3600 600 604800 300\n@ NS ns1\nns1 A 127.0.0.1\n';
const SECRET = 'ZWFzdC10ZXN0LXNlY3JldC0zMi1ieXRlcy1sb25nISE=';

function keyFile(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-grants-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'east.key');
  writeFileSync(file, `key "east-key" { algorithm hmac-sha256; secret "${SECRET}"; };`, { mode: 0o600 });
  return file;
}

test('grants takes every domain for a zone where there is no server to ask', async (t) => {
  const { stdout, status } = await srvkit([
    'grants',
    'bind',
    '--target',
    'kms-e1.east.contoso.com',
    '--settings',
    'fixtures/reg/kms-e1.reg',
    '--tsig-key',
    keyFile(t),
  ]);
  t.is(status, 0);
  t.deepEqual(stdout.match(/^ +grant .*$/gm), [
    '    grant "east-key." name "_vlmcs._tcp.east.contoso.com." SRV;',
    '    grant "east-key." name "_vlmcs._tcp.west.contoso.com." SRV;',
  ]);
  t.false(stdout.includes(SECRET));
});

test('grants puts the names of one zone together when a server says which zone that is', async (t) => {
  const server = await createTestServer({ zones: [ZONE] });
  t.teardown(() => server.close());
  const domains = ['--domain', 'east.contoso.com', '--domain', 'west.contoso.com'];
  const line = ['grants', 'knot', '_ldap._tcp', '--port', '389', '--target', 'dc1.contoso.com', ...domains];
  const result = await srvkit([...line, '--server', server.address, '--tsig-key', keyFile(t), '--json']);
  const { configuration, ...document } = result.json();
  const owners = ['_ldap._tcp.east.contoso.com.', '_ldap._tcp.west.contoso.com.'];
  t.deepEqual(document, { v: 1, server: 'knot', zones: [{ zone: 'contoso.com.', owners }] });
  t.regex(configuration, /update-owner-name: \["_ldap\._tcp\.east", "_ldap\._tcp\.west"\]/);
});

test('grants for Windows needs no key: hosts are known by their accounts', async (t) => {
  const { stdout, status } = await srvkit(['grants', 'windows', '--target', 'kms1.contoso.com']);
  t.is(status, 0);
  t.regex(stdout, /account kms1\$ a member/);
});

for (const [title, words, message] of [
  ['a server it does not know', ['unbound', '--target', 'kms1.contoso.com'], /"unbound" is not one of bind, knot, powerdns, windows/],
  ['a missing key', ['bind', '--target', 'kms1.contoso.com'], /--tsig-key FILE is missing: bind gives rights to a key/],
  ['a missing target', ['windows'], /--target FQDN is missing/],
] as const) {
  test(`grants says in one line what is wrong: ${title}`, async (t) => {
    const { status, stderr, stdout } = await srvkit(['grants', ...words]);
    t.is(status, 2);
    t.is(stdout, '');
    t.regex(stderr, message);
  });
}
