import { join } from 'node:path';
import type { Scenario } from '@srvkit/simulator';
import { Daemon } from './daemon.ts';
import { DELAY_LINE, inNamespace, ip, setNameServer } from './namespaces.ts';
import type { Namespaces } from './namespaces.ts';
import { pathOf } from './programs.ts';

/** One site: its namespace, and its name server. */
export interface Site {
  readonly site: string;
  readonly namespace: string;
  /** The first three octets of its addresses. */
  readonly net: string;
  /** Its name server. */
  readonly address: string;
  readonly folder: string;
}

/** Adds a site. All of its addresses are on its loopback; nobody but its own processes and the WAN can see them. */
export function addSite(namespaces: Namespaces, site: string, number: number): Site {
  const namespace = namespaces.add(`site${number}`);
  const net = `10.${number}.0`;
  const address = `${net}.53`;
  for (const own of [`${net}.1`, address]) ip('-n', namespace, 'addr', 'add', `${own}/32`, 'dev', 'lo');
  setNameServer(namespace, address);
  return { site, namespace, net, address, folder: join(namespaces.folder, `named${number}`) };
}

/** Joins two sites by a line that delays, and waits until it runs; undefined when there is only one. */
export async function startWan(namespaces: Namespaces, sites: readonly Site[], { links, wan }: Scenario): Promise<Daemon | undefined> {
  if (sites.length < 2) return undefined;
  const { latencyMs = 0, jitterMs = 0 } = links[0] ?? wan ?? {};
  const line = namespaces.add('wan');
  const ends = sites.map(({ namespace, net }, at) => {
    const end = `site${at + 1}`;
    const [own, other] = [`172.31.0.${at + 1}`, `172.31.0.${2 - at}`];
    ip('link', 'add', 'wan0', 'netns', namespace, 'type', 'veth', 'peer', 'name', end, 'netns', line);
    ip('-n', line, 'link', 'set', end, 'up');
    ip('-n', namespace, 'addr', 'add', `${own}/24`, 'dev', 'wan0');
    ip('-n', namespace, 'link', 'set', 'wan0', 'up');
    ip('-n', namespace, 'route', 'add', `${sites[1 - at]?.net}.0/24`, 'via', other, 'src', `${net}.1`);
    ip('netns', 'exec', namespace, pathOf('python3'), DELAY_LINE, 'checksums', 'wan0');
    return end;
  });
  const command = [...inNamespace(line), pathOf('python3'), DELAY_LINE, `${latencyMs}`, `${jitterMs}`, ...ends];
  const daemon = new Daemon(command, 'the delay line');
  await daemon.until(/^ready$/m);
  return daemon;
}

/** Gives a host an address at its site. */
export function addHost({ namespace, net }: Site, number: number): string {
  const address = `${net}.${100 + number}`;
  ip('-n', namespace, 'addr', 'add', `${address}/32`, 'dev', 'lo');
  return address;
}
