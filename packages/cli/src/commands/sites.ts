import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatZone, parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { createDnsClient, formatServerAddress } from '@srvkit/dns-client';
import type { Lookup } from '@srvkit/dns-client';
import { KMS_SERVICE, planSites } from '@srvkit/kms';
import type { HostPlan, SiteDomain, SitesPlan } from '@srvkit/kms';
import { whyRefused } from '@srvkit/lock-file';
import { formatRegFile } from '@srvkit/settings';
import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { many, one, toggle } from '../flags/flag.ts';
import { address, domain, integer, text } from '../flags/value.ts';
import { readable, readInput } from '../input-file.ts';
import { formatSites, parseSites } from '../site-file.ts';

export const sitesPlan: Command = defineCommand({
  name: 'sites plan',
  words: 'FILE',
  arity: { min: 1, max: 1 },
  describe: 'From a table of sites and hosts to what each host must list and may change.',
  flags: {
    reg: one('DIR', text, 'write the publish list of each host to DIR/TARGET.reg, for regedit'),
    ttl: one('S', integer(0, 2 ** 31 - 1), 'of the zone lines, in seconds; 3600 unless given'),
    json: toggle('one JSON document'),
  },
  examples: [
    ['srvkit sites plan fixtures/sites/east-west.yaml', "the guide's second scenario"],
    ['srvkit sites plan estate.yaml --reg lists', 'write a .reg file for each host'],
  ],
  async run(values, [file = ''], io) {
    const { bytes } = await readInput(file, io.signal);
    const table = parseSites(bytes.toString('utf8'), file);
    const plan = planned(() => planSites(table, values.ttl === undefined ? {} : { ttl: values.ttl }), file);
    if (values.reg !== undefined) await writeLists(plan.hosts, values.reg);
    io.stdout.write(values.json ? `${JSON.stringify(documentOf(plan))}\n` : render(plan));
    return EXIT.done;
  },
});

export const sitesRead: Command = defineCommand({
  name: 'sites read',
  words: '',
  arity: { min: 0, max: 0 },
  describe: 'Print the table of hosts that live zones hold, as sites plan reads it.',
  flags: {
    domain: many('D', domain, 'a domain to look in; at least one'),
    server: many('A', address, "a DNS server to ask; the system's resolvers unless given"),
    json: toggle('one JSON document'),
  },
  examples: [
    ['srvkit sites read --domain east.contoso.com --domain west.contoso.com', 'what is published now'],
    ['srvkit sites read --domain east.contoso.com --server 127.0.0.1:5300 > estate.yaml', 'begin a plan with it'],
  ],
  async run(values, _words, io) {
    if (values.domain.length === 0) throw new UsageError('--domain D is missing: which domains shall be read?');
    const asked = values.domain.map((each) => ({ domain: each, owner: readable(() => parseDomainName(KMS_SERVICE, each)) }));
    const client = createDnsClient(values.server.length === 0 ? {} : { servers: values.server.map(formatServerAddress) });
    try {
      const read: SiteDomain[] = [];
      let failed = false;
      for (const { domain: each, owner } of asked) {
        const lookup = await client.lookup(owner, 'SRV', { signal: io.signal });
        if (lookup.kind === 'failed') {
          failed = true;
          io.stderr.write(`srvkit: ${each.toString()}: the lookup failed (${lookup.why}), and the domain is left out\n`);
        } else read.push({ domain: each, hosts: hostsOf(lookup) });
      }
      io.stdout.write(values.json ? `${JSON.stringify({ v: 1, domains: read.map(domainDocument) })}\n` : formatSites(read));
      return failed ? EXIT.problems : EXIT.done;
    } finally {
      await client.close();
    }
  },
});

function hostsOf(lookup: Lookup): SiteDomain['hosts'] {
  return lookup.records
    .flatMap(({ rdata }) => (rdata.type === 'SRV' ? [rdata] : []))
    .map(({ target, priority, weight, port }) => ({ target, priority, weight, port }))
    .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight || (a.target.key < b.target.key ? -1 : 1));
}

/** A table that no estate can have is wrong input. */
function planned(plan: () => SitesPlan, file: string): SitesPlan {
  try {
    return plan();
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function writeLists(hosts: readonly HostPlan[], folder: string): Promise<void> {
  for (const { target, settings } of hosts) {
    // A name is text from a file: only what a host name may have gets into a path.
    const name = bare(target).replaceAll(/[^\w.-]/g, '_');
    const path = join(folder, `${name}.reg`);
    try {
      await writeFile(path, formatRegFile(settings));
    } catch (error) {
      throw new UsageError(`${path}: cannot be written: ${whyRefused(error)}`, { cause: error });
    }
  }
}

function render({ hosts, records }: SitesPlan): string {
  const blocks = hosts.map(({ target, port, lines, owners, findings }) =>
    [
      `${target.toString()}, port ${port}`,
      '  DnsDomainPublishList',
      ...lines.map((line) => `    ${line}`),
      '  may change SRV records of',
      ...owners.map((owner) => `    ${owner.toString()}`),
      `  its rights: srvkit grants bind --target ${bare(target)} ${owners.map((owner) => `--domain ${bare(domainOf(owner))}`).join(' ')} --tsig-key FILE`,
      ...findings.map(({ message }) => `  warning: ${message}`),
      '',
    ].join('\n'),
  );
  return `${blocks.join('\n')}\nZone lines, for records made by hand:\n\n${formatZone(records)}`;
}

function documentOf({ hosts, records }: SitesPlan): object {
  return {
    v: 1,
    hosts: hosts.map(({ target, port, lines, owners, findings }) => ({
      target: target.toString(),
      port,
      publishList: lines,
      owners: owners.map(String),
      findings,
    })),
    zoneLines: formatZone(records).split('\n').filter(Boolean),
  };
}

function domainDocument({ domain, hosts }: SiteDomain): object {
  return { domain: domain.toString(), hosts: hosts.map(({ target, ...numbers }) => ({ target: target.toString(), ...numbers })) };
}

/** `_service._proto` taken off. */
function domainOf(owner: DomainName): DomainName {
  return owner.parent()?.parent() ?? owner;
}

function bare(name: DomainName): string {
  return name.toString().slice(0, -1);
}
