import { performance } from 'node:perf_hooks';
import type { DomainName, Message, MessageSigner, RecordType } from '@srvkit/dns';
import { checkDuration, clientLimits } from '../client-options.ts';
import type { ClientLimits, DnsClientOptions } from '../client-options.ts';
import type { DnsClient, LookupOptions } from '../dns-client.ts';
import type { ExchangeOptions, ExchangeOutcome } from '../exchange.ts';
import type { Lookup } from '../lookup.ts';
import { OpenWork } from '../open-work.ts';
import { formatServerAddress, parseServerAddress } from '../server-address.ts';
import type { ServerAddress } from '../server-address.ts';
import { SigningClock } from '../signing-clock.ts';
import type { Transfer, TransferOptions } from '../transfer.ts';
import { lookupWithoutAsking } from '../without-asking.ts';
import { atServer } from './at-server.ts';
import { awaitLanding } from './await-landing.ts';
import type { Transports } from './conversation.ts';
import { exchangeMessage } from './exchange-message.ts';
import { lookupServers } from './lookup-servers.ts';
import type { LookupServers } from './lookup-servers.ts';
import { Lookups } from './lookups.ts';
import { randomMessageId } from './message-id.ts';
import { readSystemConfiguration } from './system.ts';
import { converseTcp } from './tcp.ts';
import { transferZone } from './transfer-zone.ts';
import { UdpSockets } from './udp-sockets.ts';

const TRANSFER_TIMEOUT_MS = 30_000;

/**
 * A DNS client with its own sockets and answer cache. Throws `ParseError` for a server address that is none, `RangeError` for an
 * option out of its bounds.
 */
export function createDnsClient(options?: DnsClientOptions): DnsClient {
  return new Client(options ?? {});
}

class Client implements DnsClient {
  readonly #limits: ClientLimits;
  readonly #now: () => number;
  readonly #messageId: () => number;
  readonly #sockets = new UdpSockets();
  readonly #transports: Transports = { udp: (conversation) => this.#sockets.converse(conversation), tcp: converseTcp };
  readonly #work = new OpenWork();
  readonly #lookups: Lookups;
  readonly #signingClock = new SigningClock();
  readonly #timeSigned = (signer: MessageSigner): number => this.#signingClock.timeSigned(signer, this.#now());
  #servers: LookupServers | undefined;
  #closed = false;

  constructor(options: DnsClientOptions) {
    this.#limits = clientLimits(options);
    this.#now = options.now ?? Date.now;
    this.#messageId = options.messageId ?? randomMessageId;
    this.#lookups = new Lookups({
      limits: this.#limits,
      transports: this.#transports,
      messageId: this.#messageId,
      random: options.random ?? Math.random,
      now: this.#now,
      clock: monotonic,
      work: this.#work,
    });
    if (options.servers !== undefined) this.#servers = this.#given(options.servers);
  }

  lookup(name: DomainName, type: RecordType, given?: LookupOptions): Promise<Lookup> {
    try {
      const options = given ?? {};
      const timeoutMs = checkDuration('timeoutMs', options.timeoutMs ?? this.#limits.timeoutMs);
      const servers = options.servers === undefined ? this.#servers : this.#given(options.servers);
      if (servers !== undefined) return this.#lookupAt(servers, name, type, { ...options, timeoutMs });
      return this.#ofSystem().then((servers) => this.#lookupAt((this.#servers ??= servers), name, type, { ...options, timeoutMs }));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async exchange(message: Message, options: ExchangeOptions): Promise<ExchangeOutcome> {
    const server = parseServerAddress(options?.server);
    const timeoutMs = checkDuration('timeoutMs', options.timeoutMs ?? this.#limits.timeoutMs);
    return this.#alone(options.signal, (signal) => this.#exchange(message, options, server, { timeoutMs, signal }));
  }

  async transfer(zone: DomainName, options: TransferOptions): Promise<Transfer> {
    const server = parseServerAddress(options?.server);
    const timeoutMs = checkDuration('timeoutMs', options.timeoutMs ?? TRANSFER_TIMEOUT_MS);
    return this.#alone(options.signal, (signal) => this.#transfer(zone, options, server, { timeoutMs, signal }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#work.abortAll(new Error('The DNS client was closed'));
    this.#sockets.close();
  }

  #lookupAt(
    servers: LookupServers,
    name: DomainName,
    type: RecordType,
    options: LookupOptions & { readonly timeoutMs: number },
  ): Promise<Lookup> {
    this.#checkOpen(options.signal);
    const question = { name, type, class: 'IN' } as const;
    const known = lookupWithoutAsking(question);
    return known === undefined ? this.#lookups.lookup(question, servers, options) : Promise.resolve(known);
  }

  /** Something for one caller alone. */
  #alone<T>(signal: AbortSignal | undefined, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#checkOpen(signal);
    return awaitLanding(
      this.#work.begin((signal) => ({ landing: act(signal) })),
      { signal },
    );
  }

  #checkOpen(signal: AbortSignal | undefined): void {
    if (this.#closed) throw new TypeError('The DNS client is closed');
    signal?.throwIfAborted();
  }

  async #exchange(
    message: Message,
    options: ExchangeOptions,
    server: ServerAddress,
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
  ): Promise<ExchangeOutcome> {
    const transport = options.transport ?? 'tcp';
    const outcome = await atServer(server, { timeoutMs, signal, clock: monotonic }, (endpoint, deadlineAt) =>
      exchangeMessage({
        message,
        endpoint,
        transport,
        signer: options.signer ?? undefined,
        firstReply: options.firstReply ?? false,
        timeSigned: this.#timeSigned,
        transports: this.#transports,
        messageId: this.#messageId,
        now: this.#now,
        clock: monotonic,
        deadlineAt,
        signal,
      }),
    );
    return outcome ?? unknownName(server, transport);
  }

  async #transfer(
    zone: DomainName,
    options: TransferOptions,
    server: ServerAddress,
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
  ): Promise<Transfer> {
    const transfer = await atServer(server, { timeoutMs, signal, clock: monotonic }, (endpoint, deadlineAt) => {
      const leftMs = Math.max(1, deadlineAt - monotonic());
      return transferZone({
        zone,
        endpoint,
        signer: options.signer ?? undefined,
        id: this.#messageId(),
        timeSigned: this.#timeSigned,
        now: this.#now,
        timeoutMs: leftMs,
        signal,
        converse: this.#transports.tcp,
      });
    });
    if (transfer !== undefined) return transfer;
    return { kind: 'failed', why: 'name-not-found', detail: 'the server has no address', server: formatServerAddress(server) };
  }

  #given(servers: readonly string[]): LookupServers {
    return lookupServers(servers, this.#limits, this.#lookups.knowsEdns);
  }

  async #ofSystem(): Promise<LookupServers> {
    const system = await readSystemConfiguration();
    return lookupServers(system.servers, this.#limits, this.#lookups.knowsEdns, system);
  }
}

function unknownName(server: ServerAddress, transport: 'tcp' | 'udp'): ExchangeOutcome {
  const nothing = { rcode: null, tsig: 'none', tsigError: null, clockOffsetMs: null, ms: 0, warnings: [] } as const;
  return { kind: 'failed', why: 'name-not-found', server: formatServerAddress(server), transport, ...nothing };
}

function monotonic(): number {
  return performance.now();
}
