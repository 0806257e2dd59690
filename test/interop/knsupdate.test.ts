import { formatRecord } from '@srvkit/dns';
import type { TestServer } from '@srvkit/test-server';
import { EAST_ZONE, SERVICE } from './east-zone.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { expectSuccess, run } from './program.ts';
import { serve } from './serve.ts';

const KEY = makeKey();
const ADDED = `${SERVICE} 3600 IN SRV 20 0 1688 kms-e3.east.contoso.com.`;

for (const args of [[], ['-v']]) {
  judgeTest(['knsupdate'], `knsupdate ${args.join(' ')} changes our zone and verifies the reply`, async (t) => {
    const server = await serve(t, { zones: [EAST_ZONE], keys: [KEY] });
    const script = [`prereq yxrrset ${SERVICE} SRV`, `update add ${SERVICE} 3600 SRV 20 0 1688 kms-e3.east.contoso.com.`];
    const { status, stderr } = await knsupdate(server, script, args);
    t.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    t.true(contents(server).includes(ADDED));
    t.is(server.zones.get('east.contoso.com.')?.serial, 2);
  });
}

judgeTest(['knsupdate'], 'knsupdate with a wrong secret is told so, and nothing changes', async (t) => {
  const server = await serve(t, { zones: [EAST_ZONE], keys: [makeKey({ secret: 'another secret of enough octets' })] });
  const { status } = await knsupdate(server, [`update delete ${SERVICE} SRV`], []);
  t.not(status, 0);
  t.is(server.zones.get('east.contoso.com.')?.serial, 1);
});

judgeTest(['kdig'], 'kdig transfers our zone when it signs, every record', async (t) => {
  const server = await serve(t, { zones: [EAST_ZONE], keys: [KEY] });
  const text = await expectSuccess('kdig', [...at(server), '-y', keyText(), '+noall', '+answer', 'east.contoso.com.', 'AXFR']);
  const got = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith(';'));
  t.is(got.length, contents(server).length + 1); // the SOA twice
  t.true(got.some((line) => line.replaceAll(/\s+/g, ' ').startsWith(`${SERVICE} 3600 IN SRV `)));
});

function knsupdate(server: TestServer, script: readonly string[], args: readonly string[]): ReturnType<typeof run> {
  const lines = [`server ${server.address.replace(':', ' ')}`, 'zone east.contoso.com.', ...script, 'send', ''];
  return run('knsupdate', ['-y', keyText(), ...args], { input: lines.join('\n') });
}

function keyText(): string {
  return `${KEY.algorithm}:${KEY.name.toString()}:${Buffer.from(KEY.secret).toString('base64')}`;
}

function at(server: TestServer): string[] {
  const [host = '', port = ''] = server.address.split(':');
  return [`@${host}`, '-p', port];
}

function contents(server: TestServer): readonly string[] {
  return [...(server.zones.get('east.contoso.com.')?.records() ?? [])].map((record) => formatRecord(record));
}
