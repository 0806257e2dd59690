import { readHostDomain, readSystemConfiguration } from '@srvkit/dns-client';
import { SUFFIX_KEY_PATHS, suffixSearchList } from '@srvkit/kms';
import type { SuffixSearchList } from '@srvkit/kms';
import { Settings } from '@srvkit/settings';
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
    const parts = await usable(() => {
      const machine = registry();
      return Promise.all(SUFFIX_KEY_PATHS.map((keyPath) => machine.read(keyPath, { signal })));
    });
    return suffixSearchList(together(parts)) ?? { domains: [], findings: [] };
  }
  const { search } = await readSystemConfiguration();
  if (search.length > 0) return { domains: search, findings: [] };
  const own = await readHostDomain({ signal });
  return { domains: own === undefined ? [] : [own], findings: [] };
}

function together(parts: readonly Settings[]): Settings {
  return Settings.empty().change((draft) => {
    for (const part of parts)
      for (const keyPath of part.keys()) for (const { name, value } of part.values(keyPath)) draft.set(keyPath, name, value);
  });
}
