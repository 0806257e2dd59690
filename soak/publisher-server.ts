import { setTimeout as sleep } from 'node:timers/promises';
import { createTestServer, ListenError } from '@srvkit/test-server';
import type { TestServer } from '@srvkit/test-server';
import { DOMAINS, soakKey, soakZone } from './published-host.ts';

// node soak/publisher-server.ts LISTEN FOLDER: serves the zones, with their journals in the folder, and says where.
const [listen = '', journal = ''] = process.argv.slice(2);
const server = await listenAgain(AbortSignal.timeout(60_000));
process.stdout.write(`${server.address}\n`);

/** The port of the server that was killed may be a client's for a moment: that of anybody on this machine. */
async function listenAgain(deadline: AbortSignal): Promise<TestServer> {
  for (;;) {
    try {
      return await createTestServer({ zones: DOMAINS.map(soakZone), keys: [soakKey()], listen: [listen], journal });
    } catch (error) {
      if (!(error instanceof ListenError && error.code === 'EADDRINUSE') || deadline.aborted) throw error;
      await sleep(50);
    }
  }
}
