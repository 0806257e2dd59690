import { readHostDomain, readSystemConfiguration } from '@srvkit/dns-client';
import { DNS_POLICY_KEY_PATH, suffixSearchList, TCPIP_KEY_PATH } from '@srvkit/kms';
import type { SuffixSearchList } from '@srvkit/kms';
import { windowsRegistry } from '@srvkit/settings/windows';
import type { WindowsRegistry } from '@srvkit/settings/windows';
import { usable } from './input-file.ts';

/** Whose domains are read. */
export interface MachineDomainsOptions {
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
  readonly registry?: () => WindowsRegistry;
}

/**
 * The domains in which this machine looks: on Windows by the registry, elsewhere the search list of resolv.conf. Where there is none, the
 * domain of the machine's own full name. A registry that cannot be read is a `UsageError`.
 */
export async function machineDomains({ platform, signal, registry = windowsRegistry }: MachineDomainsOptions): Promise<SuffixSearchList> {
  if (platform === 'win32') {
    const [tcpip, policy] = await usable(() => {
      const machine = registry();
      return Promise.all([machine.read(TCPIP_KEY_PATH, { signal }), machine.read(DNS_POLICY_KEY_PATH, { signal })]);
    });
    const settings = tcpip.change((draft) => {
      for (const { name, value } of policy.values(DNS_POLICY_KEY_PATH)) draft.set(DNS_POLICY_KEY_PATH, name, value);
    });
    return suffixSearchList(settings) ?? { domains: [], findings: [] };
  }
  const { search } = await readSystemConfiguration();
  if (search.length > 0) return { domains: search, findings: [] };
  const own = await readHostDomain({ signal });
  return { domains: own === undefined ? [] : [own], findings: [] };
}
