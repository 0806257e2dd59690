import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LAB_KEY } from '../lab-key.ts';
import type { LabZone } from '../lab-zones.ts';
import { Daemon } from './daemon.ts';
import { inNamespace } from './namespaces.ts';
import { pathOf } from './programs.ts';
import type { Site } from './site-network.ts';

/** Starts BIND's server for a site on port 53, primary of its own zones and secondary of those of the other sites, and waits until it runs. */
export async function startSiteNamed(
  own: Site,
  { zones, servers, secret }: { readonly zones: readonly LabZone[]; readonly servers: readonly Site[]; readonly secret: string },
): Promise<Daemon> {
  await mkdir(own.folder);
  const others = servers.filter(({ site }) => site !== own.site);
  const statements = [options(own, others), `key "${LAB_KEY}" { algorithm hmac-sha256; secret "${secret}"; };`];
  for (const [at, zone] of zones.entries()) {
    const file = `zone${at}`;
    const primary = servers.find(({ site }) => site === zone.site)?.address ?? own.address;
    if (zone.site === own.site) await writeFile(join(own.folder, file), zone.text);
    const role =
      zone.site === own.site
        ? `primary; allow-update { key "${LAB_KEY}"; }`
        : `secondary; primaries { ${primary}; }; masterfile-format text`;
    statements.push(`zone "${zone.origin}" { type ${role}; file "${file}"; };`);
  }
  const configuration = join(own.folder, 'named.conf');
  await writeFile(configuration, `${statements.join('\n')}\n`, { mode: 0o600 });
  const named = new Daemon(
    [...inNamespace(own.namespace), pathOf('named'), '-g', '-4', '-n', '1', '-c', configuration],
    `named of ${own.site}`,
  );
  await named.until(/ running$/m);
  return named;
}

// Secondaries are told of a change at once; nothing outside of the folder and the namespace is touched.
function options({ folder, address }: Site, others: readonly Site[]): string {
  return `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  lock-file none;
  listen-on { ${address}; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  minimal-responses no-auth;
  allow-transfer { any; };
  notify explicit;
  notify-source ${address};
  transfer-source ${address};
  also-notify { ${others.map((other) => `${other.address};`).join(' ')} };
  notify-delay 0;
  notify-rate 1000;
  startup-notify-rate 1000;
  serial-query-rate 1000;
};
controls { };`;
}
