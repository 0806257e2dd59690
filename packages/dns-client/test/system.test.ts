import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readHostDomain, readSystemConfiguration } from '../src/io/system.ts';

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

const NAMES: readonly { title: string; hostName: string; full?: string; want: string | undefined }[] = [
  { title: 'a name with a domain needs nobody', hostName: 'client1.east.contoso.com', want: 'east.contoso.com.' },
  { title: 'a name without a dot is looked up', hostName: 'CLIENT1', full: 'client1.east.contoso.com', want: 'east.contoso.com.' },
  { title: 'the full name of another host is none of ours', hostName: 'client1', full: 'localhost.localdomain', want: undefined },
  { title: 'a full name without a dot says nothing', hostName: 'client1', full: 'client1', want: undefined },
  { title: 'a name that nobody knows says nothing', hostName: 'client1', want: undefined },
];

for (const { title, hostName, full, want } of NAMES) {
  test(`the domain of this host: ${title}`, async (t) => {
    const asked: string[] = [];
    const canonicalName = async (name: string): Promise<string> => {
      asked.push(name);
      if (full === undefined) throw new Error('ENOTFOUND');
      return full;
    };
    t.is((await readHostDomain({ hostName, canonicalName }))?.toString(), want);
    t.deepEqual(asked, hostName.includes('.') ? [] : [hostName]);
  });
}

test('the domain of this host: an operating system that does not answer is not waited for, and a signal ends it', async (t) => {
  t.is(await readHostDomain({ hostName: 'client1', canonicalName: silence, timeoutMs: 1 }), undefined);
  const reason = new Error('aborted');
  t.is(await t.throwsAsync(readHostDomain({ hostName: 'client1', canonicalName: silence, signal: AbortSignal.abort(reason) })), reason);
});

function silence(): Promise<never> {
  return new Promise(() => {});
}
