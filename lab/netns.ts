import { randomBytes } from 'node:crypto';
import type { Scenario } from '@srvkit/simulator';
import { Child } from './child.ts';
import { LabHosts } from './lab-hosts.ts';
import type { HostPlace } from './lab-hosts.ts';
import { labZones } from './lab-zones.ts';
import type { Daemon } from './netns/daemon.ts';
import { inNamespace, Namespaces } from './netns/namespaces.ts';
import { addHost, addSite, startWan } from './netns/site-network.ts';
import type { Site } from './netns/site-network.ts';
import { startSiteNamed } from './netns/site-named.ts';
import type { ClientProcess, Stage } from './stage.ts';

/**
 * A stage of network namespaces, one for each site, with BIND's server in each and a WAN between them that delays every packet. Hosts and
 * clients run in the namespace of their site, and know no more of DNS than its resolv.conf.
 */
export async function createNetns(scenario: Scenario): Promise<Stage> {
  const namespaces = new Namespaces();
  const running: { kill(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((each) => each.kill()));
    namespaces.remove();
  };
  try {
    const sites = new Map([...scenario.sites.keys()].map((site, at) => [site, addSite(namespaces, site, at + 1)]));
    const wan = await startWan(namespaces, [...sites.values()], scenario);
    if (wan !== undefined) running.push(wan);
    const places = new Map([...scenario.hosts].map(([name, { site }], at) => [name, placeOf(siteNamed(sites, site), at)]));
    const secret = randomBytes(32).toString('base64');
    running.push(...(await startServers(scenario, sites, places, secret)));
    const hosts = new LabHosts(scenario, secret, places);
    running.push(hosts);
    await hosts.startAll();
    return {
      variant: 'netns',
      async startClients(site, start) {
        const { namespace } = siteNamed(sites, site);
        const client: ClientProcess = new Child('client-process.ts', `the clients of ${site}`, inNamespace(namespace));
        running.push(client);
        await client.ask({ start: { ...start, servers: undefined, localAddress: undefined } });
        return client;
      },
      crash: (host) => hosts.crash(host),
      restore: async (host) => void (await hosts.start(host)),
      partition: async () => wan?.until(/^cut$/m, 'cut'),
      repair: async () => wan?.until(/^open$/m, 'open'),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function placeOf(site: Site, number: number): HostPlace {
  return { address: addHost(site, number), server: undefined, wrapper: inNamespace(site.namespace) };
}

async function startServers(
  scenario: Scenario,
  sites: ReadonlyMap<string, Site>,
  places: ReadonlyMap<string, HostPlace>,
  secret: string,
): Promise<readonly Daemon[]> {
  const hosts = new Map([...places].map(([name, { address }]) => [name, address]));
  const servers = new Map([...sites].map(([name, { address }]) => [name, address]));
  const zones = labZones(scenario, { servers, hosts });
  return Promise.all([...sites.values()].map((site) => startSiteNamed(site, { zones, servers: [...sites.values()], secret })));
}

function siteNamed(sites: ReadonlyMap<string, Site>, name: string): Site {
  const site = sites.get(name);
  if (site === undefined) throw new RangeError(`there is no site ${name}`);
  return site;
}
