import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { codeOf } from '@srvkit/lock-file';
import { HOST_PLANS, KMS_PORT } from './estate.ts';
import type { HostPlan } from './estate.ts';

/** A host of the demo: a TCP listener that accepts and closes. It speaks no protocol. */
export interface Host {
  readonly plan: HostPlan;
  /** `kms-e1.east.contoso.com.` */
  readonly target: string;
  readonly address: string;
  readonly port: number;
  readonly isUp: boolean;
  /** Connections accepted so far. */
  readonly accepted: number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the four hosts, each on its own loopback address at port 1688. Where the system has no such addresses (or something else holds
 * the port) all of them listen on 127.0.0.1, each on a port of its own.
 */
export async function startHosts(): Promise<readonly Host[]> {
  return (
    (await tryToStart((plan) => ({ address: plan.address, port: KMS_PORT }))) ??
    (await tryToStart(() => ({ address: '127.0.0.1', port: 0 }))) ??
    []
  );
}

async function tryToStart(place: (plan: HostPlan) => { address: string; port: number }): Promise<readonly Host[] | undefined> {
  const started: Host[] = [];
  try {
    for (const plan of HOST_PLANS) {
      const { address, port } = place(plan);
      started.push(await startHost(plan, address, port));
    }
    return started;
  } catch (error) {
    for (const host of started) await host.stop();
    if (['EADDRNOTAVAIL', 'EADDRINUSE', 'EACCES'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

async function startHost(plan: HostPlan, address: string, wantedPort: number): Promise<Host> {
  let accepted = 0;
  const accept = (): void => void (accepted += 1);
  let server: Server | undefined = await listen(address, wantedPort, accept);
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : wantedPort;
  return {
    plan,
    target: `${plan.name}.${plan.site.domain}.`,
    address,
    port,
    get isUp() {
      return server !== undefined;
    },
    get accepted() {
      return accepted;
    },
    async start() {
      server ??= await listen(address, port, accept);
    },
    async stop() {
      const closing = server;
      server = undefined;
      if (closing !== undefined) await new Promise((settle) => closing.close(settle));
    },
  };
}

async function listen(address: string, port: number, accept: () => void): Promise<Server> {
  const server = createServer((socket) => {
    accept();
    socket.on('error', () => {}); // a client that is gone already is what this host expects
    socket.destroy(); // an end() alone would leave it open for as long as nobody reads from it
  });
  await new Promise<void>((settle, fail) => {
    server.once('error', fail);
    server.listen({ host: address, port, backlog: 4096 }, settle);
  });
  return server;
}
