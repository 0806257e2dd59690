/** A server's IP address and port, ready for a socket. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
  /** `ADDRESS:PORT`, as it is reported. */
  readonly text: string;
}

/** One request and the wait for what comes back, over whatever carries it. */
export interface Conversation {
  readonly endpoint: Endpoint;
  readonly request: Uint8Array;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Keeps no process alive: whoever waits for it has a timer of his own. */
  readonly background?: boolean;
  /**
   * Called for each message from the server; it calls `finish`, now or later, when it has what it wanted. Over TCP it may call `askNoMore`
   * instead: the server then ends the connection when it has said everything (RFC 1035 section 4.2.2).
   */
  readonly onMessage: (message: Uint8Array, finish: () => void, askNoMore?: () => void) => void;
}

/** Holds conversations, each way in its own manner. Rejects only with the reason of the signal. */
export interface Transports {
  readonly udp: (conversation: Conversation) => Promise<Ending>;
  readonly tcp: (conversation: Conversation) => Promise<Ending>;
}

/**
 * How a conversation ended; what was heard is the business of `onMessage`. `refused`: nobody listens there. `closed`: the connection
 * ended first (TCP). `unreachable`: the system could not send.
 */
export type Ending = 'finished' | NetworkFailure;
export type NetworkFailure = 'timeout' | 'closed' | 'refused' | 'unreachable';

const FAILURES: ReadonlyMap<string | undefined, NetworkFailure> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'closed'],
  ['EPIPE', 'closed'],
  ['ETIMEDOUT', 'timeout'],
]);

/** What a socket's error means for the conversation. */
export function endingOf(error: NodeJS.ErrnoException): NetworkFailure {
  return FAILURES.get(error.code) ?? 'unreachable';
}
