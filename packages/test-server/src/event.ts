import type { Rcode, RecordType } from '@srvkit/dns';
import type { Transport } from './fault.ts';

/** What `serve --json` prints, a line each (cli.md). Names are text; what does not apply is null. */
export type ServerEvent =
  | { readonly event: 'listening'; readonly udp: string; readonly tcp: string; readonly zones: readonly string[] }
  | {
      readonly event: 'query';
      /** ADDRESS:PORT */
      readonly from: string;
      readonly transport: Transport;
      /** null when the request could not be read */
      readonly name: string | null;
      readonly type: RecordType | null;
      /** null when no reply went out */
      readonly rcode: Rcode | null;
      readonly fault: string | null;
    }
  | {
      readonly event: 'update';
      readonly from: string;
      readonly zone: string | null;
      /** The key whose signature was right; null when there was none. */
      readonly key: string | null;
      readonly rcode: Rcode | null;
      /** null when the update was not looked at */
      readonly serial: { readonly before: number; readonly after: number } | null;
    }
  | {
      readonly event: 'journal';
      /**
       * `cut`: the torn end that a crash or a power failure left was cut off. `not-stored`: updates were SERVFAIL because they cannot be kept.
       * `lost`: another server has taken the folder, no update is accepted any more.
       */
      readonly code: 'cut' | 'not-stored' | 'lost';
      /** Names file and remedy. */
      readonly message: string;
    }
  | { readonly event: 'stopped' };

/** What is told about journals. */
export type JournalEvent = Extract<ServerEvent, { event: 'journal' }>;
