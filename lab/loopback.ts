import { randomBytes, randomInt } from 'node:crypto';
import type { Scenario } from '@srvkit/simulator';
import { Child } from './child.ts';
import { LabHosts } from './lab-hosts.ts';
import { labZones } from './lab-zones.ts';
import type { ServerAnswer, ServerQuestion } from './server-process.ts';
import type { Stage } from './stage.ts';

/**
 * A stage on loopback: every host and every site has an address of its own in 127.0.0.0/8, and the test server serves all zones to all sites.
 * A link that is cut is played by the hosts, which reset what comes from the other site; latency is not played.
 */
export async function createLoopback(scenario: Scenario): Promise<Stage> {
  const net = `127.${64 + randomInt(128)}.${randomInt(256)}`;
  const addresses = new Map([...scenario.hosts.keys()].map((name, at) => [name, `${net}.${11 + at}`]));
  const sites = new Map([...scenario.sites.keys()].map((site, at) => [site, `${net}.${1 + at}`]));
  const zones = labZones(scenario, { servers: new Map([...sites.keys()].map((site) => [site, '127.0.0.1'])), hosts: addresses });
  const secret = randomBytes(32).toString('base64');
  const server = new Child<ServerQuestion, ServerAnswer>('server-process.ts', 'the name server');
  const clients: { kill(): Promise<void> }[] = [];
  let hosts: LabHosts | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([server.kill(), hosts?.close(), ...clients.map((client) => client.kill())]);
  };
  try {
    const { address } = await server.ask({ zones: zones.map(({ text }) => text), secret });
    const running = new LabHosts(
      scenario,
      secret,
      new Map([...addresses].map(([name, own]) => [name, { address: own, server: address, wrapper: [] }])),
    );
    hosts = running;
    await running.startAll();
    return {
      async startClients(site, start) {
        const client: Awaited<ReturnType<Stage['startClients']>> = new Child('client-process.ts', `the clients of ${site}`);
        clients.push(client);
        await client.ask({ start: { ...start, servers: [address], localAddress: sites.get(site) } });
        return client;
      },
      crash: (host) => running.crash(host),
      restore: async (host) => void (await running.start(host)),
      partition: () => running.cutOff(new Map([...sites.keys()].map((site) => [site, others(sites, site)]))),
      repair: () => running.cutOff(new Map()),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function others(addresses: ReadonlyMap<string, string>, site: string): readonly string[] {
  return [...addresses].flatMap(([other, address]) => (other === site ? [] : [address]));
}
