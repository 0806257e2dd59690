import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseDomainName } from '@srvkit/dns';
import { fileHostCache } from '@srvkit/host-cache';
import { openJournal } from '@srvkit/publisher';
import { createTestServer } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';

// Processes that may not write files beyond a size (`ulimit -f`), as one whose disk is full: what was acknowledged stays, and nothing half done.

const LIMIT_KIB = 64;
const limited = process.platform === 'win32' ? test.skip : test;
const REASON = /: cannot be written: it would be larger than this process may make a file: raise that limit \(ulimit -f\) \(EFBIG\)$/;

limited('a host cache that grows beyond the limit of its process says so, and keeps what it held', async (t) => {
  const folder = folderFor(t);
  const file = join(folder, 'hosts.json');
  const { acknowledged, message } = await keepUntilRefused(
    `const { fileHostCache } = await import('@srvkit/host-cache');
     const cache = fileHostCache(file);
     const host = { service: '_x._tcp', target: 'a.example.org.', port: 1, address: '192.0.2.1', since: 1, lastReached: 1, provisional: false };
     await keep((turn) => cache.set({ ...host, scope: turn + 'x'.repeat(4000) }));`,
    file,
  );
  t.regex(message, REASON);
  t.deepEqual(readdirSync(folder), ['hosts.json']);
  const cache = fileHostCache(file, { onWarning: ({ message: warning }) => t.fail(warning) });
  t.is((await cache.list()).length, acknowledged);
  await cache.clear();
  t.deepEqual(await cache.list(), []);
});

limited("a publisher's journal that grows beyond the limit of its process says so, and keeps what it held", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, 'journal.json');
  const { acknowledged, message } = await keepUntilRefused(
    `const { openJournal } = await import('@srvkit/publisher');
     const { parseDomainName } = await import('@srvkit/dns');
     const journal = await openJournal(file);
     const domain = parseDomainName('example.org');
     const owner = parseDomainName('_x._tcp.example.org');
     const entry = (port) => ({ domain, owner, target: domain, port, priority: 0, weight: 0, zone: domain, at: 1, state: 'published' });
     await keep((turn) => journal.replace(owner, Array.from({ length: turn * 50 }, (_, port) => entry(port + 1))));
     await journal.close();`,
    file,
  );
  t.regex(message, REASON);
  t.deepEqual(readdirSync(folder), ['journal.json']);
  const journal = await openJournal(file, { onWarning: ({ message: warning }) => t.fail(warning) });
  t.is(journal.entries.length, acknowledged * 50);
  await journal.replace(parseDomainName('_x._tcp.example.org'), []);
  await journal.close();
});

limited(
  'a zone whose journal grows beyond the limit of the server keeps every update that was acknowledged, and the others not at all',
  async (t) => {
    const folder = folderFor(t);
    const { acknowledged, message } = await keepUntilRefused(
      `const { createTestServer } = await import('@srvkit/test-server');
     const { createDnsClient } = await import('@srvkit/dns-client');
     const { hmacSigner, makeTsigKey, makeUpdate, parseDomainName, parseRecord } = await import('@srvkit/dns');
     const key = makeTsigKey({ name: parseDomainName('east-key.'), secret: Buffer.from('a secret of the east') });
     let said;
     const onEvent = (event) => { if (event.event === 'journal') said = event.message; };
     const server = await createTestServer({ zones: ["ZONE"], keys: [key], journal: file, onEvent });
     const client = createDnsClient({ servers: [server.address] });
     const zone = parseDomainName('example.org');
     await keep(async (turn) => {
       const record = parseRecord('host' + turn + '.example.org. 60 IN TXT ' + Array(12).fill('"' + 'x'.repeat(250) + '"').join(' '));
       const update = makeUpdate({ id: 0, zone, operations: [{ kind: 'add', record }] });
       const { rcode } = await client.exchange(update, { server: server.address, signer: hmacSigner(key), transport: 'tcp' });
       if (rcode !== 'NOERROR') throw new Error(rcode === 'SERVFAIL' ? said : rcode);
     });
     await client.close();
     await server.close();`.replace('"ZONE"', JSON.stringify(ZONE)),
      folder,
    );
    t.regex(message, REASON);
    t.deepEqual(readdirSync(folder), ['example.org.journal']);
    t.true(readFileSync(join(folder, 'example.org.journal')).length <= LIMIT_KIB * 1024);
    const server = await createTestServer({ zones: [ZONE], journal: folder });
    t.teardown(() => server.close());
    const zone = server.zones.get('example.org.');
    t.is(zone?.serial, 1 + acknowledged);
    t.truthy(zone?.rrset(parseDomainName(`host${acknowledged}.example.org`), 'TXT'));
    t.falsy(zone?.rrset(parseDomainName(`host${acknowledged + 1}.example.org`), 'TXT'));
  },
);

const ZONE = '$ORIGIN example.org.\n@ 300 SOA ns1 host 1 3600 600 86400 60\n@ 300 NS ns1\n';

/** What a child does until it is refused: how often it was not, and what it was told then. */
async function keepUntilRefused(program: string, file: string): Promise<{ readonly acknowledged: number; readonly message: string }> {
  const source = `
    const file = process.argv[1];
    const keep = async (write) => {
      for (let turn = 1; turn <= 1000; turn += 1)
        try { await write(turn); }
        catch (error) { return console.log(JSON.stringify({ acknowledged: turn - 1, message: error.message })); }
    };
    ${program}`;
  const command = [process.execPath, '--input-type=module', '-e', source, file];
  // POSIX counts in blocks of 512 octets.
  const child = spawn('sh', ['-c', `ulimit -f ${LIMIT_KIB * 2} && exec "$@"`, 'sh', ...command], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(said) as { acknowledged: number; message: string };
}

function folderFor(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-limit-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}
