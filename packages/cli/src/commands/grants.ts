import { parseServiceName } from '@srvkit/discovery';
import { createDnsClient, findZone, formatServerAddress } from '@srvkit/dns-client';
import type { DomainName } from '@srvkit/dns';
import { KMS_SERVICE } from '@srvkit/kms';
import { grantsFor } from '@srvkit/publisher/grants';
import type { GrantedZone } from '@srvkit/publisher/grants';
import { desiredRecords } from '@srvkit/publisher/plan';
import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { choice } from '../flags/value.ts';
import { readable, readKey } from '../input-file.ts';
import type { Io } from '../io.ts';
import { desiredOf, publishFlags } from '../wanted-records.ts';
import type { PublishValues } from '../wanted-records.ts';

const servers = choice('bind', 'knot', 'powerdns', 'windows');

export const grants: Command = defineCommand({
  name: 'grants',
  words: 'bind|knot|powerdns|windows [SERVICE]',
  arity: { min: 1, max: 2 },
  describe: "Print the least rights this publisher needs, as that server's configuration.",
  flags: publishFlags,
  examples: [
    ['srvkit grants bind --target kms1.contoso.com --tsig-key key.conf', 'for the home domain, taken for a zone'],
    [
      'srvkit grants knot --target kms1.contoso.com --settings kms1.reg --tsig-key key.conf --server 127.0.0.1:5300',
      'zones as the server has them',
    ],
  ],
  async run(values, [word = '', service = KMS_SERVICE], io) {
    const server = readServer(word);
    const { desired } = await desiredOf(
      readable(() => parseServiceName(service)),
      values,
      io.signal,
    );
    const records = readable(() => desiredRecords({ ...desired, enabled: true }));
    const owners = records.map(({ record, domain }) => ({ owner: record.name, domain }));
    const key = values['tsig-key'] === undefined ? undefined : (await readKey(values['tsig-key'], io)).name;
    if (key === undefined && server !== 'windows') throw new UsageError(`--tsig-key FILE is missing: ${server} gives rights to a key`);
    const zones = values.server === undefined ? byDomain(owners) : await byZone(owners, values.server, io);
    const configuration = grantsFor(server, { target: desired.target, zones, key });
    io.stdout.write(values.json ? `${JSON.stringify(document(server, zones, configuration))}\n` : configuration);
    return EXIT.done;
  },
});

interface Owner {
  readonly owner: DomainName;
  readonly domain: DomainName;
}

function readServer(word: string): ReturnType<typeof servers> {
  try {
    return servers(word);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Without anybody to ask, every domain is taken for a zone. */
function byDomain(owners: readonly Owner[]): readonly GrantedZone[] {
  return owners.map(({ owner, domain }) => ({ zone: domain, owners: [owner] }));
}

/** The zones as the server has them; owner names of one zone together. */
async function byZone(owners: readonly Owner[], at: NonNullable<PublishValues['server']>, io: Io): Promise<readonly GrantedZone[]> {
  const server = formatServerAddress(at);
  const client = createDnsClient({ servers: [server] });
  try {
    const zones = new Map<string, GrantedZone>();
    for (const { owner, domain } of owners) {
      const found = await findZone(client, owner, { signal: io.signal });
      if (found.kind !== 'found')
        throw new UsageError(
          `--server ${server}: it does not know the zone of ${domain.toString()}; leave --server out, or name one that does`,
        );
      const { zone, mname } = found;
      zones.set(zone.key, { zone, owners: [...(zones.get(zone.key)?.owners ?? []), owner], primary: mname });
    }
    return [...zones.values()];
  } finally {
    await client.close();
  }
}

function document(server: string, zones: readonly GrantedZone[], configuration: string): object {
  return {
    v: 1,
    server,
    zones: zones.map(({ zone, owners }) => ({ zone: zone.toString(), owners: owners.map(String) })),
    configuration,
  };
}
