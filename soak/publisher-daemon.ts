import { createInterface } from 'node:readline';
import { createPublisher, hmacSigner, openJournal, watchPublisher } from '@srvkit/publisher';
import { desiredOf, soakKey } from './published-host.ts';
import type { HostAt } from './published-host.ts';

// node soak/publisher-daemon.ts SERVER JOURNAL HOST: watches over one host, takes another one from each line of standard input, and says after
// each publish what it came to.
const [server = '', file = '', first = ''] = process.argv.slice(2);
const journal = await openJournal(file, { onWarning: ({ message }) => process.stdout.write(`warning ${message}\n`) });
const publisher = createPublisher({ server, signer: hmacSigner(soakKey()), journal, retries: 0, timeoutMs: 2000 });
const watch = watchPublisher({
  publisher,
  desired: desiredOf(JSON.parse(first) as HostAt),
  retryMs: 20,
  onEvent: (event) => {
    if (event.kind === 'published') process.stdout.write(`${event.report.outcome}\n`);
    if (event.kind === 'broke') process.stdout.write(`broke ${event.error.message}\n`);
  },
});
createInterface({ input: process.stdin }).on('line', (line) => watch.update(desiredOf(JSON.parse(line) as HostAt)));
