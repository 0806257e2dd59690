import http from 'node:http';
import https from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Resolution } from '../resolution.ts';
import { srvDomain } from '../srv-domain.ts';
import type { Open } from './follow-srv.ts';
import type { ConnectOptions, Resolver } from './resolver.ts';
import { type Created, SrvConnections } from './srv-connections.ts';

/**
 * What an agent follows: the host of each URL is the domain whose SRV records of `service` are asked for. Making the agent throws
 * `ParseError` for a service that is none, `RangeError` for numbers out of bounds, and `TypeError` where the service or the resolver is
 * missing.
 */
export interface SrvAgentOptions extends Omit<ConnectOptions, 'signal'> {
  readonly resolver: Pick<Resolver, 'resolve'>;
  /** `_service._proto`, for instance `_http._tcp`. */
  readonly service: string;
}

/** Options of a request by such an agent. */
export interface SrvRequestOptions extends https.RequestOptions {
  /**
   * Ends the discovery. Node keeps the `signal` of a request, and its `destroy`, from the agent until there is a connection: a request
   * that is aborted before ends with its discovery, unless the signal is given here too.
   */
  readonly discoverySignal?: AbortSignal;
}

/**
 * An `http.Agent` that follows SRV: host, port and failover. Connections are pooled by domain, not by target. A request fails with a
 * `DiscoveryError`, which carries the resolution, when no host could be reached. URLs with an IP literal or a port of their own, and
 * `localhost`, are connected to as by any agent (srv N4). `destroy` also ends discoveries under way; the agent can be used afterwards, as
 * one of Node's.
 */
export class SrvHttpAgent extends http.Agent {
  readonly #connections: SrvConnections;

  constructor(srv: SrvAgentOptions, options: http.AgentOptions = {}) {
    super(options);
    this.#connections = new SrvConnections(srv);
  }

  override createConnection(options: SrvRequestOptions, callback?: Created): Duplex | null | undefined {
    const domain = domainOf(options, 80);
    if (domain === null) return super.createConnection(options, callback);
    return this.#connections.connect(domain, options.discoverySignal, openTcp(options), callback);
  }

  /**
   * How the host of a connection was found: `request.on('socket', ...)`, `response.socket`. Undefined for those that did not follow SRV.
   */
  resolutionOf(socket: Duplex): Resolution | undefined {
    return this.#connections.resolutionOf(socket);
  }

  override destroy(): void {
    this.#connections.end();
    super.destroy();
  }
}

/**
 * As `SrvHttpAgent`, over TLS. The certificate is checked against the domain that was asked for, not the target (RFC 9525, srv A12), unless
 * the request gives a `servername`. A failed handshake is a failed attempt: the next host is tried.
 */
export class SrvHttpsAgent extends https.Agent {
  readonly #connections: SrvConnections;

  constructor(srv: SrvAgentOptions, options: https.AgentOptions = {}) {
    super(options);
    this.#connections = new SrvConnections(srv);
  }

  override createConnection(options: SrvRequestOptions, callback?: Created): Duplex | null | undefined {
    const domain = domainOf(options, 443);
    if (domain === null) return super.createConnection(options, callback);
    return this.#connections.connect(domain, options.discoverySignal, openTls(options), callback);
  }

  /** As of `SrvHttpAgent`. */
  resolutionOf(socket: Duplex): Resolution | undefined {
    return this.#connections.resolutionOf(socket);
  }

  override destroy(): void {
    this.#connections.end();
    super.destroy();
  }
}

// Node fills in the port of the scheme.
function domainOf({ host, port, socketPath }: SrvRequestOptions, schemePort: number): string | null {
  if (typeof socketPath === 'string') return null;
  return srvDomain({ hostname: host ?? '', port: Number(port) === schemePort ? '' : `${port}` });
}

function openTcp({ host: _host, lookup: _lookup, path: _path, ...options }: SrvRequestOptions): Open {
  return ({ address, port }, signal) => opened(connectTcp({ ...(options as object), host: address, port }), 'connect', signal);
}

function openTls({ host, lookup: _lookup, path: _path, servername, ...options }: SrvRequestOptions): Open {
  const name = (servername === undefined || servername === '' ? (host ?? '') : servername).replace(/\.$/, '');
  return ({ address, port }, signal) =>
    opened(connectTls({ ...(options as object), host: address, port, servername: name }), 'secureConnect', signal);
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
