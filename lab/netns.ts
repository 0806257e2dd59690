import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Scenario } from '@srvkit/simulator';
import { Child } from './child.ts';
import { LabHosts } from './lab-hosts.ts';
import { labZones } from './lab-zones.ts';
import { Daemon } from './netns/daemon.ts';
import { DELAY_LINE, inNamespace, ip, Namespaces, setNameServer } from './netns/namespaces.ts';
import { pathOf } from './netns/programs.ts';
import { startSiteNamed } from './netns/site-named.ts';
import type { ClientProcess, Stage } from './stage.ts';

/**
 * A stage of network namespaces, one for each site, with BIND's server in each and a WAN between them that delays every packet. Hosts and
 * clients run in the namespace of their site, and know no more of DNS than its resolv.conf.
 */
export async function createNetns(scenario: Scenario): Promise<Stage> {
  const namespaces = new Namespaces();
  const daemons: Daemon[] = [];
  const clients: ClientProcess[] = [];
  let hosts: LabHosts | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([hosts?.close(), ...clients.map((client) => client.kill())]);
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    namespaces.remove();
  };
  try {
    const sites = [...scenario.sites.keys()].map((site, at) => addSite(namespaces, site, at + 1));
    const wan = startWan(namespaces, sites, scenario);
    if (wan !== undefined) daemons.push(wan);
    await wan?.until(/^ready$/m);
    const secret = randomBytes(32).toString('base64');
    const addresses = new Map([...scenario.hosts].map(([name, { site }], at) => [name, `${netOf(sites, site)}.${100 + at}`]));
    for (const [name, { site }] of scenario.hosts)
      ip('-n', namespaceOf(sites, site), 'addr', 'add', `${addresses.get(name)}/32`, 'dev', 'lo');
    const zones = labZones(scenario, { servers: new Map(sites.map(({ site, address }) => [site, address])), hosts: addresses });
    for (const site of sites) daemons.push(await startSiteNamed(site, { zones, servers: sites, secret }));
    const places = [...scenario.hosts].map(
      ([name, { site }]) =>
        [name, { address: addresses.get(name) ?? '', server: undefined, wrapper: inNamespace(namespaceOf(sites, site)) }] as const,
    );
    const running = new LabHosts(scenario, secret, new Map(places));
    hosts = running;
    await running.startAll();
    return {
      async startClients(site, start) {
        const client: ClientProcess = new Child('client-process.ts', `the clients of ${site}`, inNamespace(namespaceOf(sites, site)));
        clients.push(client);
        await client.ask({ start: { ...start, servers: undefined, localAddress: undefined } });
        return client;
      },
      crash: (host) => running.crash(host),
      restore: async (host) => void (await running.start(host)),
      partition: async () => wan?.until(/^cut$/m, 'cut'),
      repair: async () => wan?.until(/^open$/m, 'open'),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Site {
  readonly site: string;
  readonly namespace: string;
  /** The first three octets of its addresses. */
  readonly net: string;
  /** Its name server. */
  readonly address: string;
  readonly folder: string;
}

// All addresses of a site are on its loopback; nobody but its own processes and the WAN can see them.
function addSite(namespaces: Namespaces, site: string, number: number): Site {
  const namespace = namespaces.add(`site${number}`);
  const net = `10.${number}.0`;
  const address = `${net}.53`;
  for (const own of [`${net}.1`, address]) ip('-n', namespace, 'addr', 'add', `${own}/32`, 'dev', 'lo');
  setNameServer(namespace, address);
  return { site, namespace, net, address, folder: join(namespaces.folder, `named${number}`) };
}

/** Joins two sites by a line that delays; undefined when there is only one. */
function startWan(namespaces: Namespaces, sites: readonly Site[], { links, wan }: Scenario): Daemon | undefined {
  if (sites.length < 2) return undefined;
  const { latencyMs = 0, jitterMs = 0 } = links[0] ?? wan ?? {};
  const line = namespaces.add('wan');
  const ends = sites.map(({ namespace, net }, at) => {
    const end = `site${at + 1}`;
    ip('link', 'add', 'wan0', 'netns', namespace, 'type', 'veth', 'peer', 'name', end, 'netns', line);
    ip('-n', line, 'link', 'set', end, 'up');
    ip('-n', namespace, 'addr', 'add', `172.31.0.${at + 1}/24`, 'dev', 'wan0');
    ip('-n', namespace, 'link', 'set', 'wan0', 'up');
    const other = sites[1 - at];
    ip('-n', namespace, 'route', 'add', `${other?.net}.0/24`, 'via', `172.31.0.${2 - at}`, 'src', `${net}.1`);
    ip('netns', 'exec', namespace, pathOf('python3'), DELAY_LINE, 'checksums', 'wan0');
    return end;
  });
  return new Daemon([...inNamespace(line), pathOf('python3'), DELAY_LINE, `${latencyMs}`, `${jitterMs}`, ...ends], 'the delay line');
}

function namespaceOf(sites: readonly Site[], name: string): string {
  return sites.find(({ site }) => site === name)?.namespace ?? '';
}

function netOf(sites: readonly Site[], name: string): string {
  return sites.find(({ site }) => site === name)?.net ?? '';
}
