import { inspect } from 'node:util';
import type { Source } from '@srvkit/discovery';

/** One address of one host: what a probe contacts. Names have their final dot, IP literals have none. */
export interface Endpoint {
  readonly target: string;
  readonly address: string;
  readonly port: number;
  readonly source: Source;
  /** The domain whose SRV records named the host: what a certificate is to be checked against (srv A12). Null for other sources. */
  readonly domain: string | null;
  readonly priority: number | null;
  readonly weight: number | null;
}

/** The host answered and said no. `final`: no other host would say otherwise, so discovery ends. */
export interface Rejected {
  readonly outcome: 'rejected';
  readonly final: boolean;
  /** What the host said, for the `code` of the resolution: `0xC004F042`, or a word. */
  readonly code?: string | null;
}

/**
 * Finds out whether a host works. What it throws is mapped by its error code: ECONNREFUSED is `refused`, ETIMEDOUT `timeout`, ENOTFOUND
 * `name-not-found`, anything else `unreachable`. A code which says that nobody was contacted does not demote the host: EAFNOSUPPORT,
 * ESRVPORT, EBUSY (no connection is free), EAI_AGAIN and the like (DNS could not say), ENETUNREACH, EMFILE and the like (this machine).
 * The signal ends it when its time is up or another host was quicker.
 */
export type Probe = (endpoint: Endpoint, signal: AbortSignal) => Promise<{ readonly outcome: 'reached' } | Rejected>;

/** A way to reach an endpoint that leaves something behind, for instance an open socket: `discard` takes what nobody wants. */
export interface Contact<T> {
  readonly reach: (endpoint: Endpoint, signal: AbortSignal) => Promise<{ readonly outcome: 'reached'; readonly value: T } | Rejected>;
  readonly discard: (value: T) => void;
}

/** A probe as a contact that leaves nothing behind. */
export function probeContact(probe: Probe): Contact<undefined> {
  return {
    reach: async (endpoint, signal) => {
      // Programs without types give anything.
      const result: Awaited<ReturnType<Probe>> | undefined = await probe(endpoint, signal);
      if (result?.outcome === 'reached') return { outcome: 'reached', value: undefined };
      // Read here, where a getter that throws makes a failed attempt.
      if (result?.outcome === 'rejected') return { outcome: 'rejected', final: result.final, code: result.code ?? null };
      throw new TypeError(
        `a probe says reached or rejected, or throws; this one said ${inspect(result, { depth: 0, breakLength: Infinity })}`,
      );
    },
    discard: () => {},
  };
}
