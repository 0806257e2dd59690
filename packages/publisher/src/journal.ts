import type { DomainName } from '@srvkit/dns';

/** One record that this publisher put, or is about to put, into DNS (kms P-28). */
export interface JournalEntry {
  readonly domain: DomainName;
  readonly owner: DomainName;
  readonly target: DomainName;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
  /** null: it was not known yet. */
  readonly zone: DomainName | null;
  /** When it was written down, epoch ms. */
  readonly at: number;
  /** `intended`: an UPDATE was about to be sent, and nobody knows what became of it. `published`: the zone was seen to hold it. */
  readonly state: 'intended' | 'published';
}

/**
 * What a publisher remembers of its own records between runs. Each owner's entries are replaced as a whole, and are on stable storage when
 * the promise resolves: the intention is there before the UPDATE goes out, so that a crash at any moment is cleaned up later.
 */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Rejects with `JournalError` when it cannot be kept. */
  replace(owner: DomainName, entries: readonly JournalEntry[]): Promise<void>;
}

/** A journal that cannot be used. `code` is the contract; the message names the file and the remedy. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** `LOCKED`: another process uses it. `LOST`: another has taken it meanwhile. `UNSAFE`: others than its owner may write to it. */
export type JournalErrorCode = 'LOCKED' | 'LOST' | 'UNSAFE' | 'NOT_A_FILE' | 'NOT_READABLE' | 'NOT_WRITABLE';

/** A journal that lasts as long as the process. */
export function memoryJournal(initial: readonly JournalEntry[] = []): Journal {
  let entries = initial;
  return {
    get entries() {
      return entries;
    },
    replace: (owner, next) => {
      entries = replaceOwner(entries, owner, next);
      return Promise.resolve();
    },
  };
}

/** The entries with those of one owner replaced. */
export function replaceOwner(all: readonly JournalEntry[], owner: DomainName, next: readonly JournalEntry[]): readonly JournalEntry[] {
  return [...all.filter((entry) => !entry.owner.equals(owner)), ...next];
}
