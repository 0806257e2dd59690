import { channel } from 'node:diagnostics_channel';
import type { Lookup } from './lookup.ts';

const refreshed = channel('srvkit:refresh');

/**
 * Publishes `{ lookup }` on `srvkit:refresh` (node:diagnostics_channel) for every SRV set that took the place of a remembered one, what
 * changed in `lookup.change`. This is the only word of a refresh in the background: ahead of the end of a TTL, or after a stale answer was given.
 */
export function publishRefresh(lookup: Lookup): void {
  if (lookup.change !== undefined && refreshed.hasSubscribers) refreshed.publish({ lookup });
}
