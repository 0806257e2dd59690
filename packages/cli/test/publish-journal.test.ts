import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDomainName, parseKeyFile } from '@srvkit/dns';
import type { PublishReport } from '@srvkit/publisher';
import { createTestServer } from '@srvkit/test-server';
import type { TestServer } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { srvkit } from './capture.ts';

// kms P-28 from the command line: one run after another, and what the one before left is cleaned up.

const SECRET = 'ZWFzdC10ZXN0LXNlY3JldC0zMi1ieXRlcy1sb25nISE=';
const NEIGHBOUR = '77 1 1 1688 kms-e2.east.contoso.com.';
const HOST = '--target kms-e1.east.contoso.com';

interface Move {
  readonly title: string;
  /** What the second run is told instead of `HOST --domain east.contoso.com`. */
  readonly later: string;
  readonly zones: readonly string[];
  readonly holds: readonly string[];
}

const moves: readonly Move[] = [
  {
    title: 'a renamed host',
    later: '--target kms-e9.east.contoso.com --domain east.contoso.com',
    zones: ['east.contoso.com. published 1 added 1 deleted'],
    holds: ['77 0 0 1688 kms-e9.east.contoso.com.', NEIGHBOUR],
  },
  {
    title: 'another port',
    later: `${HOST} --domain east.contoso.com --port 1700`,
    zones: ['east.contoso.com. published 1 added 1 deleted'],
    holds: ['77 0 0 1700 kms-e1.east.contoso.com.', NEIGHBOUR],
  },
  {
    title: 'another domain',
    later: `${HOST} --domain west.contoso.com`,
    zones: ['west.contoso.com. published 1 added 0 deleted', 'east.contoso.com. withdrawn 0 added 1 deleted'],
    holds: [NEIGHBOUR],
  },
  {
    title: 'all three at once',
    later: '--target kms-e9.east.contoso.com --domain west.contoso.com --port 1700',
    zones: ['west.contoso.com. published 1 added 0 deleted', 'east.contoso.com. withdrawn 0 added 1 deleted'],
    holds: [NEIGHBOUR],
  },
];

for (const { title, later, zones, holds } of moves) {
  test(`after ${title} the next publish takes the old record away, and the plan says so before`, async (t) => {
    const { server, publish } = await begin(t);
    await publish(`${HOST} --domain east.contoso.com`);
    t.deepEqual(recordsIn(server, 'east.contoso.com.'), ['77 0 0 1688 kms-e1.east.contoso.com.', NEIGHBOUR]);
    const plan = await publish(`${later} --plan`);
    t.deepEqual(
      plan.zones.map(shown),
      zones.map((line) => line.replace(/published|withdrawn/, 'planned')),
    );
    t.deepEqual((await publish(later)).zones.map(shown), zones);
    t.deepEqual(recordsIn(server, 'east.contoso.com.'), holds);
    const [first = ''] = zones;
    t.deepEqual((await publish(later)).zones.map(shown), [first.replace(/published.*/, 'unchanged 0 added 0 deleted')]);
  });
}

test('withdrawn under another name and port: everything of ours goes, and the journal forgets it', async (t) => {
  const { server, publish, run } = await begin(t);
  await publish(`${HOST} --domain east.contoso.com`);
  await publish(`${HOST} --domain east.contoso.com --domain west.contoso.com --port 1700`);
  const gone = await run('withdraw', '--target kms-e9.east.contoso.com --domain west.contoso.com');
  t.deepEqual(gone.zones.map(shown), ['west.contoso.com. withdrawn 0 added 1 deleted', 'east.contoso.com. withdrawn 0 added 1 deleted']);
  t.deepEqual([recordsIn(server, 'east.contoso.com.'), recordsIn(server, 'west.contoso.com.')], [[NEIGHBOUR], []]);
});

function shown({ domain, outcome, add, delete: deleted }: PublishReport['zones'][number]): string {
  return `${domain} ${outcome} ${add.length} added ${deleted.length} deleted`;
}

async function begin(t: ExecutionContext): Promise<{
  server: TestServer;
  publish: (flags: string) => Promise<PublishReport>;
  run: (verb: string, flags: string) => Promise<PublishReport>;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-journal-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const [key, journal] = [join(folder, 'east.key'), join(folder, 'journal.json')];
  writeFileSync(key, `hmac-sha256:east-key:${SECRET}`, { mode: 0o600 });
  const head = '$TTL 3600\n@ SOA ns1 hostmaster 1 3600 600 604800 300\n@ NS ns1\n';
  const server = await createTestServer({
    zones: [`$ORIGIN east.contoso.com.\n${head}_vlmcs._tcp ${NEIGHBOUR.replace(' ', ' SRV ')}\n`, `$ORIGIN west.contoso.com.\n${head}`],
    keys: parseKeyFile(`hmac-sha256:east-key:${SECRET}`),
  });
  t.teardown(() => server.close());
  const run = async (verb: string, flags: string): Promise<PublishReport> => {
    const ran = await srvkit(`${verb} ${flags} --server ${server.address} --tsig-key ${key} --journal ${journal} --json`.split(' '));
    t.deepEqual([ran.status, ran.stderr], [0, '']);
    t.false(existsSync(`${journal}.lock`));
    return ran.json() as PublishReport;
  };
  return { server, run, publish: (flags) => run('publish', flags) };
}

function recordsIn(server: TestServer, zone: string): string[] {
  const set = server.zones.get(zone)?.rrset(parseDomainName(`_vlmcs._tcp.${zone}`), 'SRV');
  return (set?.records ?? [])
    .map(({ ttl, rdata }) =>
      rdata.type === 'SRV' ? `${ttl} ${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}` : '',
    )
    .toSorted();
}
