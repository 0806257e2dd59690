import { formatZone } from '@srvkit/dns';
import { defineCommand } from '../command.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { one } from '../flags/flag.ts';
import { address, text } from '../flags/value.ts';
import { readZone } from '../zone-file.ts';

export const zonePrint: Command = defineCommand({
  name: 'zone print',
  words: '[ORIGIN=]FILE | --server A ZONE',
  arity: { min: 1, max: 1 },
  describe: 'Print a zone as master-file text, from a file or by AXFR.',
  flags: {
    server: one('A', address, 'transfer the zone from this server'),
    'tsig-key': one('FILE', text, 'sign the transfer with this key'),
  },
  examples: [
    ['srvkit zone print east.contoso.com=east.zone', 'check and tidy a master file'],
    ['srvkit zone print --server 127.0.0.1:5300 east.contoso.com --tsig-key key.conf', 'what a server holds'],
  ],
  async run(values, [word = ''], io) {
    if (values.server === undefined) {
      if (values['tsig-key'] !== undefined) throw new UsageError('--tsig-key signs a transfer: name the server with --server');
      const zone = await readZone(word);
      io.stdout.write(formatZone([...zone.records()]));
      return EXIT.done;
    }
    throw new UsageError('--server: not there yet');
  },
});
