import { randomBytes, randomInt } from 'node:crypto';
import type { Scenario } from '@srvkit/simulator';
import { Child } from './child.ts';
import { LabHosts } from './lab-hosts.ts';
import { labZones } from './lab-zones.ts';
import type { ServerAnswer, ServerQuestion } from './server-process.ts';
import type { ClientProcess, Stage } from './stage.ts';

/**
 * A stage on loopback: every host and every site has an address of its own in 127.0.0.0/8, and the test server serves all zones to all sites.
 * A link that is cut is played by the hosts, which reset what comes from the other site; latency is not played. So no host is silent here,
 * and clients wait long for one: a busy machine must not make a host that runs look like one that is down.
 */
export async function createLoopback(scenario: Scenario): Promise<Stage> {
  const net = `127.${64 + randomInt(128)}.${randomInt(256)}`;
  const addresses = new Map([...scenario.hosts.keys()].map((name, at) => [name, `${net}.${11 + at}`]));
  const sites = new Map([...scenario.sites.keys()].map((site, at) => [site, `${net}.${1 + at}`]));
  const zones = labZones(scenario, { servers: new Map([...sites.keys()].map((site) => [site, '127.0.0.1'])), hosts: addresses });
  const secret = randomBytes(32).toString('base64');
  const server = new Child<ServerQuestion, ServerAnswer>('server-process.ts', 'the name server');
  const running: { kill(): Promise<void> }[] = [server];
  const close = async (): Promise<void> => void (await Promise.all(running.map((each) => each.kill())));
  try {
    const { address } = await server.ask({ zones: zones.map(({ text }) => text), secret });
    const places = new Map([...addresses].map(([name, own]) => [name, { address: own, server: address, wrapper: [] }]));
    const hosts = new LabHosts(scenario, secret, places);
    running.push(hosts);
    await hosts.startAll();
    return {
      variant: 'loopback',
      async startClients(site, start) {
        const client: ClientProcess = new Child('client-process.ts', `the clients of ${site}`);
        running.push(client);
        await client.ask({ start: { ...start, attemptTimeoutMs: PATIENCE_MS, servers: [address], localAddress: sites.get(site) } });
        return client;
      },
      crash: (host) => hosts.crash(host),
      restore: async (host) => void (await hosts.start(host)),
      partition: () => hosts.cutOff(new Map([...sites.keys()].map((site) => [site, others(sites, site)]))),
      repair: () => hosts.cutOff(new Map()),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const PATIENCE_MS = 60_000;

function others(addresses: ReadonlyMap<string, string>, site: string): readonly string[] {
  return [...addresses].flatMap(([other, address]) => (other === site ? [] : [address]));
}
