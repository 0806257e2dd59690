import { parseKeyFile } from '@srvkit/dns';
import { createTestServer } from '@srvkit/test-server';
import { KEY_TEXT, ZONE_TEXT } from './updated-zone.ts';

// node soak/journal-server.ts FOLDER: serves the zone from its journal there until it is killed, or its parent closes the channel. Tells its
// parent the address.
const server = await createTestServer({ zones: [ZONE_TEXT], keys: parseKeyFile(KEY_TEXT), journal: process.argv[2] ?? '' });
process.on('disconnect', () => void server.close());
process.send?.(server.address);
