import { getServers } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { hostname, platform } from 'node:os';
import { systemConfiguration } from '../system-configuration.ts';
import type { SystemConfiguration } from '../system-configuration.ts';

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

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
