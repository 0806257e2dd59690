import { getServers } from 'node:dns';
import { lookup, lookupService } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { hostname, platform } from 'node:os';
import type { DomainName } from '@srvkit/dns';
import { domainOfHost, systemConfiguration } from '../system-configuration.ts';
import type { SystemConfiguration } from '../system-configuration.ts';
import { withinTime } from './within-time.ts';

const RESOLV_CONF = '/etc/resolv.conf';

/**
 * The system's resolver configuration: resolv.conf, or on Windows, which has none, the servers that Node knows of. A missing file is
 * an empty configuration; one that cannot be read throws the error of the file system.
 */
export async function readSystemConfiguration(file: string = RESOLV_CONF): Promise<SystemConfiguration> {
  const configuration = systemConfiguration(await readIfThere(file), { hostName: hostname() });
  if (platform() !== 'win32' || configuration.servers.length > 0) return configuration;
  return { ...configuration, servers: getServers().map((server) => (/^[^[]*:.*:/.test(server) ? `[${server}]` : server)) };
}

/** How this machine's own full name is found. */
export interface HostDomainOptions {
  /** How long the operating system may take. Default 2000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Default: the name the operating system has. */
  readonly hostName?: string;
  /** The full name of a host whose name has no dot. Default: what the operating system calls its address, as `hostname -f` does. */
  readonly canonicalName?: (hostName: string) => Promise<string>;
}

/**
 * The domain of this machine's own full name, for machines with no search list. A name that has no dot is looked up by the operating
 * system: in /etc/hosts first, where most machines have it. Undefined when there is none, or not in time.
 */
export async function readHostDomain(options: HostDomainOptions = {}): Promise<DomainName | undefined> {
  const { timeoutMs = 2000, signal, hostName = hostname(), canonicalName = nameOfAddress } = options;
  const own = domainOfHost(hostName, hostName);
  if (own !== undefined) return own;
  const full = await withinTime(canonicalName(hostName).catch(unknown), { timeoutMs, signal });
  return full === undefined ? undefined : domainOfHost(full, hostName);
}

async function nameOfAddress(hostName: string): Promise<string> {
  const { address } = await lookup(hostName);
  return (await lookupService(address, 0)).hostname;
}

const unknown = (): undefined => undefined; // whatever the reason, this machine has no full name for us

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
