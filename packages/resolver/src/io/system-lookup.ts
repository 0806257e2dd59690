import { lookup } from 'node:dns/promises';

/** What the operating system says a host name means: hosts file, NetBIOS, search list and all. Empty when it does not know. */
export async function systemLookup(host: string): Promise<readonly string[]> {
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  } catch {
    return []; // whatever the reason, it has no address for us
  }
}
