import { createTestServer } from '@srvkit/test-server';
import { DOMAINS, soakKey, soakZone } from './published-host.ts';

// node soak/publisher-server.ts LISTEN FOLDER: serves the zones, with their journals in the folder, and says where.
const [listen = '', journal = ''] = process.argv.slice(2);
const server = await createTestServer({ zones: DOMAINS.map(soakZone), keys: [soakKey()], listen: [listen], journal });
process.stdout.write(`${server.address}\n`);
