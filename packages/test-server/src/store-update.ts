import type { Message } from '@srvkit/dns';
import type { Zone } from './zone/zone.ts';

/**
 * Keeps what an UPDATE changed, before its sender is told. Rejects when it cannot be kept, and then nothing that was made on top of it can
 * be kept either.
 */
export type StoreUpdate = (update: Message, before: Zone, after: Zone) => Promise<void>;
