import type { ServerAddress } from '../server-address.ts';
import type { Endpoint } from './conversation.ts';
import { findEndpoints, literalEndpoints } from './endpoints.ts';

/** What is done at one address, and within which time. */
export type AtEndpoint<T> = (endpoint: Endpoint, deadlineAt: number) => Promise<T>;

/**
 * Does something at the first address of a server that can be reached. Another address of the same name is worth a try only while the
 * server has surely not seen us. Undefined when the server has no address. Rejects with the reason of the signal, or as `act` does.
 */
export async function atServer<T extends { readonly kind: string; readonly why?: string }>(
  server: ServerAddress,
  within: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly clock: () => number },
  act: AtEndpoint<T>,
): Promise<T | undefined> {
  const deadlineAt = within.clock() + within.timeoutMs;
  const endpoints = literalEndpoints([server]) ?? (await findEndpoints([server], within));
  let outcome: T | undefined;
  for (const endpoint of endpoints.values()) {
    if (endpoint === undefined) break;
    outcome = await act(endpoint, deadlineAt);
    if (outcome.why !== 'refused' && outcome.why !== 'unreachable') break;
  }
  return outcome;
}
