import { join } from 'node:path';
import { createDnsClient, formatServerAddress } from '@srvkit/dns-client';
import { planSites } from '@srvkit/kms';
import type { HostPlan, SiteDomain, SitesPlan } from '@srvkit/kms';
import { formatRegFile } from '@srvkit/settings';
import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { many, one, toggle } from '../flags/flag.ts';
import { address, domain, integer, text } from '../flags/value.ts';
import { readInput, usable } from '../input-file.ts';
import { writeOutputs } from '../output-file.ts';
import { escapeText } from '../render/escape.ts';
import { renderSitesPlan, sitesPlanDocument } from '../render/sites-plan.ts';
import { readSites } from '../sites/read-sites.ts';
import { formatSites, parseSites } from '../sites/site-file.ts';

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
    io.stdout.write(values.json ? `${JSON.stringify(sitesPlanDocument(plan))}\n` : renderSitesPlan(plan));
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
    const client = createDnsClient(values.server.length === 0 ? {} : { servers: values.server.map(formatServerAddress) });
    try {
      const { table, remarks, complete } = await usable(() => readSites(client, values.domain, io.signal));
      for (const message of remarks) io.stderr.write(`srvkit: ${escapeText(message)}\n`);
      io.stdout.write(values.json ? `${JSON.stringify({ v: 1, domains: table.map(domainDocument) })}\n` : formatSites(table));
      return complete ? EXIT.done : EXIT.problems;
    } finally {
      await client.close();
    }
  },
});

/** A table that no estate can have is wrong input. */
function planned(plan: () => SitesPlan, file: string): SitesPlan {
  try {
    return plan();
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** All of them or none. A name is text from a file: only what a host name may have gets into a path. */
async function writeLists(hosts: readonly HostPlan[], folder: string): Promise<void> {
  await writeOutputs(
    hosts.map(({ target, settings }) => {
      const name = target
        .toString()
        .slice(0, -1)
        .replaceAll(/[^\w.-]/g, '_');
      return { path: join(folder, `${name}.reg`), text: formatRegFile(settings) };
    }),
  );
}

function domainDocument({ domain, hosts }: SiteDomain): object {
  return { domain: domain.toString(), hosts: hosts.map(({ target, ...numbers }) => ({ target: target.toString(), ...numbers })) };
}
