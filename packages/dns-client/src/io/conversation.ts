/** A server's IP address and port, ready for a socket. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
  /** `ADDRESS:PORT`, as it is reported. */
  readonly text: string;
}

/** One request and the wait for what comes back, over whatever carries it. */
export interface Conversation<T> {
  readonly endpoint: Endpoint;
  readonly request: Uint8Array;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called for each message from the server; it calls `finish`, now or later, when it has what it wanted. */
  readonly onMessage: (message: Uint8Array, finish: (value: T) => void) => void;
}

/** `refused`: nobody listens there. `closed`: the connection ended first (TCP). `unreachable`: the system could not send. */
export type Ending<T> =
  | { readonly kind: 'finished'; readonly value: T }
  | { readonly kind: 'timeout' | 'closed' | 'refused' | 'unreachable' };

type NetworkFailure = Exclude<Ending<never>, { kind: 'finished' }>['kind'];

const FAILURES: ReadonlyMap<string | undefined, NetworkFailure> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'closed'],
  ['EPIPE', 'closed'],
  ['ETIMEDOUT', 'timeout'],
]);

/** What a socket's error means for the conversation. */
export function endingOf(error: NodeJS.ErrnoException): { readonly kind: NetworkFailure } {
  return { kind: FAILURES.get(error.code) ?? 'unreachable' };
}
