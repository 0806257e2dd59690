import http from 'node:http';
import https from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { followSrv, type Open } from './follow-srv.ts';
import type { ConnectOptions, Resolver } from './resolver.ts';

/** What an agent follows: the host of each URL is the domain whose SRV records of `service` are asked for. A port in the URL is ignored. */
export interface SrvAgentOptions extends Omit<ConnectOptions, 'signal'> {
  readonly resolver: Pick<Resolver, 'resolve'>;
  /** `_service._proto`, for instance `_http._tcp`. */
  readonly service: string;
}

/**
 * An `http.Agent` that follows SRV: host, port and failover. Connections are pooled by domain, not by target. A request fails with a
 * `DiscoveryError`, which carries the resolution, when no host could be reached. `destroy` also ends discoveries under way.
 */
export class SrvHttpAgent extends http.Agent {
  readonly #srv: SrvAgentOptions;
  readonly #ending = new AbortController();

  constructor(srv: SrvAgentOptions, options: http.AgentOptions = {}) {
    super(options);
    this.#srv = srv;
  }

  override createConnection(options: http.ClientRequestArgs, callback?: Created): undefined {
    connectBySrv(this.#srv, options.host, this.#ending.signal, openTcp, callback);
  }

  override destroy(): void {
    this.#ending.abort(new Error('The agent was destroyed'));
    super.destroy();
  }
}

/**
 * As `SrvHttpAgent`, over TLS. The certificate is checked against the domain that was asked for, not the target (RFC 9525, srv A12), unless
 * the request gives a `servername`. A failed handshake is a failed attempt: the next host is tried.
 */
export class SrvHttpsAgent extends https.Agent {
  readonly #srv: SrvAgentOptions;
  readonly #ending = new AbortController();

  constructor(srv: SrvAgentOptions, options: https.AgentOptions = {}) {
    super(options);
    this.#srv = srv;
  }

  override createConnection(options: https.RequestOptions, callback?: Created): undefined {
    connectBySrv(this.#srv, options.host, this.#ending.signal, openTls(options), callback);
  }

  override destroy(): void {
    this.#ending.abort(new Error('The agent was destroyed'));
    super.destroy();
  }
}

type Created = (error: Error | null, stream: Duplex) => void;

function connectBySrv(srv: SrvAgentOptions, domain: string | null | undefined, signal: AbortSignal, open: Open, created?: Created): void {
  const { resolver, service, ...options } = srv;
  followSrv(resolver, { service, domains: [domain ?? ''] }, { ...options, signal }, open).then(
    (socket) => created?.(null, socket),
    // Node gives no stream to whoever is given an error.
    (error: Error) => (created as ((error: Error) => void) | undefined)?.(error),
  );
}

const openTcp: Open = ({ address, port }, signal) => opened(connectTcp({ host: address, port }), 'connect', signal);

function openTls(options: https.RequestOptions): Open {
  const { host, servername, lookup: _lookup, path: _path, ...tls } = options;
  const name = servername === undefined || servername === '' ? (host ?? '') : servername;
  return ({ address, port }, signal) =>
    opened(connectTls({ ...(tls as object), host: address, port, servername: name.replace(/\.$/, '') }), 'secureConnect', signal);
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    // Stays until the socket closes: it may break before its user has it in hand, whose first use tells.
    socket.on('error', (error) => {
      signal.removeEventListener('abort', abort);
      reject(error);
    });
    socket.once(event, () => {
      signal.removeEventListener('abort', abort);
      resolve(socket);
    });
  });
}
