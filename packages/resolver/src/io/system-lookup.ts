import { lookup } from 'node:dns/promises';
import { isUntried } from '../failure.ts';

/**
 * What the operating system says a host name means: hosts file, NetBIOS, search list and all. Empty when there is no such host, undefined
 * when it cannot say.
 */
export async function systemLookup(host: string): Promise<readonly string[] | undefined> {
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  } catch (error) {
    return isUntried(error) ? undefined : [];
  }
}
