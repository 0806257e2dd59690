import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkAdapterOptions } from '../adapter-options.ts';
import type { Resolution } from '../resolution.ts';
import { followSrv, type Open } from './follow-srv.ts';
import type { SrvAgentOptions } from './srv-agent.ts';

/** What an agent of Node is told of a connection, once there is one or none. */
export type Created = (error: Error | null, stream: Duplex) => void;

/** The connections of an agent that follows SRV, and how the host of each was found. */
export class SrvConnections {
  readonly #srv: SrvAgentOptions;
  #ending = new AbortController();
  readonly #resolutions = new WeakMap<Duplex, Resolution>();

  constructor(srv: SrvAgentOptions) {
    checkAdapterOptions(srv);
    this.#srv = srv;
  }

  connect(domain: string, signal: AbortSignal | undefined, open: Open, created?: Created): undefined {
    this.#follow(domain, signal, open).then(
      (socket) => created?.(null, socket),
      // Node gives no stream to whoever is given an error.
      (error: Error) => (created as ((error: Error) => void) | undefined)?.(error),
    );
  }

  async #follow(domain: string, signal: AbortSignal | undefined, open: Open): Promise<Socket> {
    const { resolver, service, ...options } = this.#srv;
    const ending = this.#ending.signal;
    const either = signal === undefined ? ending : AbortSignal.any([ending, signal]);
    const { socket, resolution } = await followSrv(resolver, { service, domains: [domain] }, { ...options, signal: either }, open);
    this.#resolutions.set(socket, resolution);
    return socket;
  }

  resolutionOf(socket: Duplex): Resolution | undefined {
    return this.#resolutions.get(socket);
  }

  /** Ends the discoveries under way. Those that begin later are none of them: an agent of Node can be used after `destroy`. */
  end(): void {
    const ending = this.#ending;
    this.#ending = new AbortController();
    ending.abort(new Error('The agent was destroyed'));
  }
}
