import { formatZone, hmacSigner, parseDomainName } from '@srvkit/dns';
import { createDnsClient, formatServerAddress } from '@srvkit/dns-client';
import type { Transfer } from '@srvkit/dns-client';

import { defineCommand } from '../command.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { one } from '../flags/flag.ts';
import { address, text } from '../flags/value.ts';
import { readable, readKey } from '../input-file.ts';
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
      const zone = await readZone(word, io.signal);
      io.stdout.write(formatZone([...zone.records()]));
      return EXIT.done;
    }
    const server = formatServerAddress(values.server);
    const origin = readable(() => parseDomainName(word));
    const key = values['tsig-key'] === undefined ? undefined : await readKey(values['tsig-key'], io);
    const client = createDnsClient({ servers: [server] });
    try {
      const transfer = await client.transfer(origin, {
        server,
        signal: io.signal,
        ...(key === undefined ? {} : { signer: hmacSigner(key) }),
      });
      if (transfer.kind === 'transferred') {
        io.stdout.write(formatZone(transfer.records));
        return EXIT.done;
      }
      io.stderr.write(`srvkit: ${origin.toString()} from ${transfer.server}: ${describeFailure(transfer)}\n`);
      return EXIT.problems;
    } finally {
      await client.close();
    }
  },
});

function describeFailure(transfer: Exclude<Transfer, { kind: 'transferred' }>): string {
  switch (transfer.kind) {
    case 'refused': {
      const codes = [transfer.rcode, transfer.tsigError].filter((code) => code !== null && code !== 'NOERROR').join(' ');
      return `the transfer was refused (${codes}); a key that may transfer the zone goes with --tsig-key`;
    }
    case 'unverified':
      return 'the transfer is not signed as it should be, and nothing of it is believed; is it the right key?';
    case 'failed':
      return `the transfer failed (${transfer.why}: ${transfer.detail})`;
  }
}
