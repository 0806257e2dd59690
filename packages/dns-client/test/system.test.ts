import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readSystemConfiguration } from '../src/io/system.ts';

test('resolv.conf is read; a missing one configures no server; one that cannot be read is an error', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-dns-client-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'resolv.conf');
  await writeFile(file, 'nameserver 192.0.2.1\nsearch east.contoso.com\n');
  t.like(await readSystemConfiguration(file), { servers: ['192.0.2.1:53'] });
  t.deepEqual((await readSystemConfiguration(file)).search.map(String), ['east.contoso.com.']);
  if (process.platform !== 'win32') t.deepEqual((await readSystemConfiguration(join(folder, 'missing'))).servers, []);
  await t.throwsAsync(readSystemConfiguration(folder), { code: 'EISDIR' });
});
