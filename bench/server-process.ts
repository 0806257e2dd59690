// The servers that benches run beside themselves: `node bench/server-process.ts srvkit|journal|echo|dns2 [FOLDER]`. Tells its parent the port, and ends with it.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createTestServer } from '@srvkit/test-server';
import type { TestServerOptions } from '@srvkit/test-server';
import { createServer, Packet } from 'dns2';
import { UPDATE_KEY, ZONE_TEXT } from './zone.ts';

const COMMON = { class: Packet.CLASS.IN, ttl: 3600 };

process.on('disconnect', () => process.exit());
process.send?.(await start(process.argv[2], process.argv[3] ?? ''));

function start(kind: string | undefined, folder: string): Promise<number> {
  if (kind === 'srvkit') return serve({});
  if (kind === 'journal') return serve({ journal: folder });
  if (kind === 'echo') return echo();
  if (kind === 'dns2') return serveByDns2();
  throw new Error(`server ${kind} is unknown: use srvkit, journal, echo or dns2`);
}

async function serve(more: Partial<TestServerOptions>): Promise<number> {
  const { address } = await createTestServer({ zones: [ZONE_TEXT], keys: [UPDATE_KEY], ...more });
  return Number(address.split(':')[1]);
}

/** What a UDP server in Node can do at best: the query goes back as it came, but for the QR bit. */
async function echo(): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    message[2] = (message[2] ?? 0) | 0x80;
    socket.send(message, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

/** dns2 as its README shows it: the same 4 SRV and 4 A records for every question. */
async function serveByDns2(): Promise<number> {
  const hosts = ['kms-e1', 'kms-e2', 'kms-w1', 'kms-w2'].map((host) => `${host}.east.contoso.com`);
  const server = createServer({
    udp: true,
    handle(request, send) {
      const response = Packet.createResponseFromRequest(request);
      const name = request.questions[0]?.name ?? '';
      for (const [at, target] of hosts.entries()) {
        const [priority, weight] = [at < 2 ? 10 : 90, at % 2 === 0 ? 75 : 25];
        response.answers.push(new Packet.Resource({ ...COMMON, name, type: Packet.TYPE.SRV, priority, weight, port: 1688, target }));
        response.additionals.push(new Packet.Resource({ ...COMMON, name: target, type: Packet.TYPE.A, address: `192.0.2.${at + 1}` }));
      }
      void send(response);
    },
  });
  const { udp } = await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
  if (udp === undefined) throw new Error('dns2 does not say where it listens');
  return udp.port;
}
