import type { ServerEvent } from '../event.ts';
import type { Transport } from '../fault.ts';
import { formatEndpoint } from '../listen-address.ts';
import type { NameServer, Reply } from '../name-server.ts';
import type { RequestLog } from '../request-log.ts';

/** A request on its way in. */
export interface Incoming {
  readonly bytes: Uint8Array;
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  /** Called exactly once unless the server is closed before: with the reply, or with undefined when there is none. */
  readonly send: (reply: Outgoing | undefined) => void;
}

/** The octets of a reply and how they go out. */
export type Outgoing = Pick<Reply, 'following' | 'otherPort' | 'cutShort'> & { readonly bytes: Uint8Array };

/** Stands between the listeners and the name server: records each request, reports it, holds delayed replies back. */
export class Dispatcher {
  readonly #nameServer: NameServer;
  readonly #log: RequestLog;
  readonly #onEvent: ((event: ServerEvent) => void) | undefined;
  readonly #delayed = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(nameServer: NameServer, log: RequestLog, onEvent?: (event: ServerEvent) => void) {
    this.#nameServer = nameServer;
    this.#log = log;
    this.#onEvent = onEvent;
  }

  dispatch(incoming: Incoming): void {
    try {
      const reply = this.#nameServer.respond(incoming.bytes, incoming.transport);
      if (!(reply instanceof Promise)) return this.#deliver(incoming, reply);
      reply.then((settled) => this.#deliver(incoming, settled)).catch((error: unknown) => this.#giveUp(incoming, error));
    } catch (error) {
      this.#giveUp(incoming, error);
    }
  }

  /** Forgets the replies that are held back; nothing is sent from here on. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#delayed) clearTimeout(timer);
    this.#delayed.clear();
  }

  #deliver(incoming: Incoming, reply: Reply): void {
    if (this.#closed) return;
    const from = formatEndpoint(incoming.address, incoming.port);
    this.#log.add({
      bytes: incoming.bytes,
      message: reply.request,
      transport: incoming.transport,
      from,
      rcode: reply.rcode,
      fault: reply.fault,
    });
    this.#onEvent?.(eventOf(from, incoming.transport, reply));
    if (reply.delayMs === 0) return incoming.send(outgoing(reply));
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      incoming.send(outgoing(reply));
    }, reply.delayMs);
    this.#delayed.add(timer);
  }

  // A defect of ours must not take the server down with it: the request stays without a reply, and the defect is seen.
  #giveUp(incoming: Incoming, defect: unknown): void {
    process.emitWarning(defect instanceof Error ? defect : String(defect));
    if (!this.#closed) incoming.send(undefined);
  }
}

function outgoing({ bytes, following, otherPort, cutShort }: Reply): Outgoing | undefined {
  return bytes === undefined ? undefined : { bytes, following, otherPort, cutShort };
}

function eventOf(from: string, transport: Transport, reply: Reply): ServerEvent {
  const { request, rcode, fault } = reply;
  const question = request?.question[0];
  if (request?.opcode === 'UPDATE') {
    return {
      event: 'update',
      from,
      zone: question?.name.toString() ?? null,
      key: reply.key?.toString() ?? null,
      rcode,
      serial: reply.serial,
    };
  }
  return { event: 'query', from, transport, name: question?.name.toString() ?? null, type: question?.type ?? null, rcode, fault };
}
