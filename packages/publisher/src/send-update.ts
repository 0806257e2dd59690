import type { Message, Rcode } from '@srvkit/dns';
import type { ExchangeOutcome } from '@srvkit/dns-client';
import type { ZoneAt, ZoneTask } from './zone-pass.ts';

/**
 * Sends an UPDATE to the server, signed unless told otherwise, and notes in `sent` that it is on its way. Rejects with `SignerError`, or with the
 * reason of the signal.
 */
export async function sendUpdate(
  task: ZoneTask,
  at: ZoneAt,
  message: Message,
  options: { readonly unsigned?: true; readonly sent?: Sent } = {},
): Promise<ExchangeOutcome> {
  const { primary, server } = at;
  const signer = options.unsigned === true ? undefined : await task.signers.signerFor(primary, server);
  if (options.sent !== undefined) options.sent.open = { at, rcode: null };
  try {
    const outcome = await task.client.exchange(message, {
      server,
      transport: 'tcp',
      ...(signer === undefined ? {} : { signer }),
      ...(task.signal === undefined ? {} : { signal: task.signal }),
    });
    task.trail.exchange(outcome);
    return outcome;
  } catch (error) {
    if (task.signal?.aborted === true) task.trail.abandoned(server);
    throw error;
  }
}

/** What has gone out so far. */
export interface Sent {
  /** Where an UPDATE of this or an earlier pass went that was not refused, and whose reply may have got lost. */
  at: ZoneAt | undefined;
  /** The last one, as long as nobody knows what became of it; `rcode` is what the server said, if that was heard. */
  open: { readonly at: ZoneAt; readonly rcode: Rcode | null } | undefined;
}
