import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text as streamText } from 'node:stream/consumers';
import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import { createTestServer } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';

// A process whose journal somebody else has taken, as it can happen to one that was suspended in a container.

const main = resolve(import.meta.dirname, '../packages/cli/src/main.ts');
const SECRET = Buffer.from('a secret of the east');
const ZONE = '$ORIGIN east.contoso.com.\n$TTL 3600\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\n';
const OTHER_LOCK = JSON.stringify({ token: 'a', pid: 17, started: null, place: 'elsewhere' });

const COMMANDS: readonly {
  title: string;
  /** The flags, and the lock that is theirs. */
  begin: (t: ExecutionContext, folder: string) => Promise<{ argv: readonly string[]; lock: string }>;
  works: string;
  events: readonly string[];
}[] = [
  {
    title: 'serve --journal',
    async begin(_, folder) {
      writeFileSync(join(folder, 'east.zone'), ZONE);
      const journal = join(folder, 'journal');
      return { argv: ['serve', join(folder, 'east.zone'), '--listen', '127.0.0.1:0', '--journal', journal], lock: join(journal, 'lock') };
    },
    works: 'listening',
    events: ['listening', 'journal', 'stopped'],
  },
  {
    title: 'publish --watch --journal',
    async begin(t, folder) {
      const [key, journal] = [join(folder, 'key.conf'), join(folder, 'journal.json')];
      writeFileSync(key, `hmac-sha256:east-key:${SECRET.toString('base64')}`, { mode: 0o600 });
      const keys = [makeTsigKey({ name: parseDomainName('east-key'), secret: SECRET })];
      const server = await createTestServer({ zones: [ZONE], keys });
      t.teardown(() => server.close());
      const where = ['--target', 'kms-e1.east.contoso.com', '--server', server.address, '--tsig-key', key];
      return { argv: ['publish', '--watch', ...where, '--journal', journal], lock: `${journal}.lock` };
    },
    works: 'log',
    events: ['watching', 'published', 'log', 'stopped'],
  },
];

for (const { title, begin, works, events } of COMMANDS) {
  test(`${title} whose lock another process takes ends with 2 and one line that names it, and leaves it its lock`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'srvkit-lost-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const { argv, lock } = await begin(t, folder);
    const child = spawn(process.execPath, ['--import', FAST_HEARTBEAT, main, ...argv, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    t.teardown(() => child.kill('SIGKILL'));
    const [closed, stderr] = [once(child, 'close'), streamText(child.stderr)];
    const seen: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const { event } = JSON.parse(line) as { event: string };
      seen.push(event);
      if (event === works) takeOver(lock);
    }
    t.deepEqual(await closed, [2, null]);
    const says = 'process 17 has taken it while this one was suspended, and nothing more is written; end one of the two';
    t.is(await stderr, `srvkit: ${lock}: ${says}\n`);
    t.deepEqual(seen, events);
    t.is(readFileSync(lock, 'utf8'), OTHER_LOCK);
  });
}

function takeOver(lock: string): void {
  writeFileSync(`${lock}.17`, OTHER_LOCK);
  renameSync(`${lock}.17`, lock);
}

// What is done every ten seconds is done ten times a second.
const FAST_HEARTBEAT = `data:text/javascript,${encodeURIComponent(`
  const { setInterval } = globalThis;
  globalThis.setInterval = (act, ms, ...rest) => setInterval(act, ms / 100, ...rest);
`)}`;
