import { type Failure, failureOf } from './failure.ts';
import type { Contact, Endpoint, Rejected } from './probe.ts';
import type { Timers } from './timers.ts';

/** How contacting one address ended. */
export type ContactEnding<T> =
  | { readonly outcome: 'reached'; readonly value: T }
  | Rejected
  | { readonly outcome: Failure; readonly error?: unknown }
  | { readonly outcome: 'abandoned' };

/** Ends a contact from outside. */
export type EndContact = (outcome: 'timeout' | 'abandoned') => void;

/**
 * Contacts one address and tells exactly once how that ended: by itself, at its deadline, or because the function given back was called.
 * Whatever comes later is discarded.
 */
export function contactAddress<T>(
  contact: Contact<T>,
  endpoint: Endpoint,
  { timers, timeoutMs }: { timers: Timers; timeoutMs: number },
  ended: (ending: ContactEnding<T>) => void,
): EndContact {
  const controller = new AbortController();
  let isOpen = true;
  const end = (ending: ContactEnding<T>): void => {
    if (!isOpen) {
      if (ending.outcome === 'reached') contact.discard(ending.value);
      return;
    }
    isOpen = false;
    callOff();
    ended(ending);
  };
  const endNow: EndContact = (outcome) => {
    if (!isOpen) return;
    end({ outcome });
    controller.abort(new DOMException(`${endpoint.target}: the attempt is over (${outcome})`, 'AbortError'));
  };
  const callOff = timers.after(timeoutMs, () => endNow('timeout'));
  contact.reach(endpoint, controller.signal).then(end, (error: unknown) => end({ outcome: failureOf(error), error }));
  return endNow;
}
