import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKeyFile } from '@srvkit/dns';
import { formatRegFile, Settings } from '@srvkit/settings';
import { createTestServer, ListenError } from '@srvkit/test-server';
import type { TestServer, TestServerOptions } from '@srvkit/test-server';
import { EAST, hostRegFile, pinHost, WEST, zoneText } from './estate.ts';
import { startHosts } from './host.ts';
import type { Host } from './host.ts';

/** Everything the story is played with: files in a folder of its own, four TCP hosts, a DNS server. All of it on loopback. */
export interface Workspace {
  readonly folder: string;
  readonly hosts: readonly Host[];
  readonly server: TestServer;
  close(): Promise<void>;
}

/** The hosts that are pinned, each level in addition to those before it, and another host at each, so that one sees which decided. */
export const PINNED = [
  { level: 'global', host: 'kms-w1' },
  { level: 'application', host: 'kms-e2' },
  { level: 'sku', host: 'kms-w2' },
] as const;

export async function openWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-demo-'));
  const hosts: Host[] = [];
  const clearAway = async (): Promise<void> => {
    for (const host of hosts) await host.stop();
    await rm(folder, { recursive: true });
  };
  try {
    hosts.push(...(await startHosts()));
    const key = keyText();
    const addresses = new Map(hosts.map((host) => [host.plan.name, host.address]));
    const zones = [EAST, WEST].map((site) => ({ file: `${site.domain}.zone`, text: zoneText(site, addresses) }));
    await writeFile(join(folder, 'demo.key'), key, { mode: 0o600 });
    for (const { file, text } of zones) await writeFile(join(folder, file), text);
    for (const host of hosts) await writeFile(join(folder, `${host.plan.name}.reg`), hostRegFile(host.plan, host.port));
    let pinned = Settings.empty();
    for (const { level, host: name } of PINNED) {
      const host = hosts.find(({ plan }) => plan.name === name);
      if (host !== undefined) pinned = pinHost(pinned, level, host.target, host.port);
      await writeFile(join(folder, `pinned-${level}.reg`), formatRegFile(pinned));
    }
    const server = await listen({ zones, keys: parseKeyFile(key) });
    return {
      folder,
      hosts,
      server,
      async close() {
        await server.close();
        await clearAway();
      },
    };
  } catch (error) {
    await clearAway();
    throw error;
  }
}

// A key as tsig-keygen writes it, for this run only.
function keyText(): string {
  return `key "demo-key" {\n\talgorithm hmac-sha256;\n\tsecret "${randomBytes(32).toString('base64')}";\n};\n`;
}

// Port 5300, as the README has it, or any when something else is there.
async function listen(options: TestServerOptions): Promise<TestServer> {
  try {
    return await createTestServer({ ...options, listen: ['127.0.0.1:5300'] });
  } catch (error) {
    if (error instanceof ListenError) return await createTestServer(options);
    throw error;
  }
}
