// A program that leaves a refresh under way, and stays until its input ends: run by background-refresh-process.test.ts.
import { parseDomainName } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';

const [server = ''] = process.argv.slice(2);
const patience = { timeoutMs: 600_000, tryTimeoutMs: 600_000, tcpTimeoutMs: 600_000 };
let now = 1_000_000_000_000;
const client = createDnsClient({ servers: [server], now: () => now, random: () => 0, ...patience });
const name = parseDomainName('_x._tcp.example.org');
await client.lookup(name, 'SRV');
now += 80_000;
const { cached } = await client.lookup(name, 'SRV');
console.log(cached);
process.stdin.resume();
