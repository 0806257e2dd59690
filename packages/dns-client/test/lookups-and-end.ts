// A program that looks names up, over UDP and into silence, and then closes its client or just leaves: run by lookup.test.ts.
import { parseDomainName } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';

const [server = '', end] = process.argv.slice(2);
const client = createDnsClient({ servers: [server] });
const names = Array.from({ length: 20 }, (_, n) => parseDomainName(`n${n}.example.org`));
await Promise.all(names.map((name) => client.lookup(name, 'SRV')));
if (end === 'close') await client.close();
console.log('done');
