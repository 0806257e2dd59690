import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseKeyFile } from '@srvkit/dns';
import type { TsigKey } from '@srvkit/dns';
import type { PublishReport } from '@srvkit/publisher';
import type { Resolution } from '@srvkit/resolver';
import type { ExecutionContext } from 'ava';
import { digOne } from './dig.ts';
import { judgeTest } from './judge-test.ts';
import { startNamed } from './named.ts';
import { DONE, nsupdate } from './nsupdate.ts';
import { expectSuccess } from './program.ts';
import { srvkit, startSrvkit } from './srvkit.ts';
import { temporaryFolder } from './temporary-folder.ts';

const OWNER = '_vlmcs._tcp.east.contoso.com.';
const NEIGHBOUR = `${OWNER} 3600 IN SRV 10 25 1688 kms-e2.east.contoso.com.`;
const OURS = `${OWNER} 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.`;
const ZONE = `
$ORIGIN east.contoso.com.
$TTL 3600
@       SOA dns1 hostmaster 1 900 600 86400 60
@       NS dns1
dns1    A 127.0.0.1
kms-e1  A 192.0.2.11
${NEIGHBOUR}
`;

judgeTest(['dig', 'nsupdate', 'tsig-keygen'], 'srvkit serve answers dig, and nsupdate with a key of tsig-keygen', async (t) => {
  const { file, key } = await makeKeyFile(t);
  const server = await serve(t, file);
  t.deepEqual(await nsupdate([`update add ${OURS}`], { server, key }), DONE);
  t.like(await nsupdate(['update delete kms-e1.east.contoso.com.'], { server }), { status: 2, complaints: ['update failed: REFUSED'] });
  const reply = await digOne(server, OWNER, 'SRV');
  t.like(reply, { status: 'NOERROR', flags: ['qr', 'aa'], remarks: [] });
  t.deepEqual(reply.answer.toSorted(), [NEIGHBOUR, OURS].toSorted());
});

judgeTest(
  ['named', 'nsupdate', 'tsig-keygen', 'named-checkzone'],
  'srvkit plans, publishes, resolves, prints and withdraws with named',
  async (t) => {
    const { file, key } = await makeKeyFile(t);
    const updatePolicy = [`grant east-key. name ${OWNER} SRV`];
    const server = await startNamed(t, {
      zones: [{ origin: 'east.contoso.com', text: ZONE, updatePolicy, transferKey: 'east-key' }],
      keys: [key],
    });
    const host = [
      '--target',
      'kms-e1.east.contoso.com',
      '--priority',
      '10',
      '--weight',
      '75',
      '--server',
      server,
      '--tsig-key',
      file,
      '--json',
    ];

    const plan = await json<PublishReport>(t, 'publish', '--plan', ...host);
    t.like(plan, { outcome: 'planned', zones: [{ rights: 'allowed', serial: { before: 1 } }] });
    const script = (plan.zones[0]?.script ?? '').trimEnd().split('\n');
    t.deepEqual(await nsupdate(script, { server, key }), DONE);
    t.like(await json<PublishReport>(t, 'publish', ...host), { outcome: 'unchanged', zones: [{ verified: true, serial: { before: 2 } }] });

    const resolution = await json<Resolution>(
      t,
      'resolve',
      '--domain',
      'east.contoso.com',
      '--server',
      server,
      '--probe',
      'none',
      '--seed',
      '1',
      '--json',
    );
    t.like(resolution, { outcome: 'selected', lookups: [{ answer: 'records', ttl: 3600, server }] });

    const print = await srvkit('zone', 'print', '--server', server, '--tsig-key', file, 'east.contoso.com');
    t.like(print, { status: 0, stderr: '' });
    const printed = join(await temporaryFolder(t), 'printed.zone');
    await writeFile(printed, print.stdout);
    await expectSuccess('named-checkzone', ['-i', 'local', 'east.contoso.com', printed]);
    for (const record of [NEIGHBOUR, OURS]) t.true(print.stdout.replaceAll(/ +/g, ' ').includes(record), record);

    t.like(await json<PublishReport>(t, 'withdraw', ...host), { outcome: 'withdrawn', zones: [{ verified: true }] });
    t.deepEqual((await digOne(server, OWNER, 'SRV')).answer, [NEIGHBOUR]);
  },
);

/** `srvkit serve` with the zone above; gives its address. */
async function serve(t: ExecutionContext, keyFile: string): Promise<string> {
  const zone = join(await temporaryFolder(t), 'east.zone');
  await writeFile(zone, ZONE);
  const server = await startSrvkit('serve', zone, '--listen', '127.0.0.1:0', '--tsig-key', keyFile, '--json');
  t.teardown(() => server.stop());
  const [first = ''] = server.log().split('\n');
  return (JSON.parse(first) as { readonly udp: string }).udp;
}

async function makeKeyFile(t: ExecutionContext): Promise<{ file: string; key: TsigKey }> {
  const file = join(await temporaryFolder(t), 'east.key');
  const text = await expectSuccess('tsig-keygen', ['east-key']);
  await writeFile(file, text, { mode: 0o600 });
  const [key] = parseKeyFile(text);
  if (key === undefined) throw new Error(`tsig-keygen made no key: ${text}`);
  return { file, key };
}

/** The document that a command prints. It must say nothing else, and end with 0. */
async function json<T>(t: ExecutionContext, ...args: readonly string[]): Promise<T> {
  const { status, stdout, stderr } = await srvkit(...args);
  t.is(stderr, '');
  t.is(status, 0, stdout);
  return JSON.parse(stdout) as T;
}
