import type { Candidate, Source } from '@srvkit/discovery';
import { addressFamily, parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { AddressQueue } from './address-queue.ts';
import type { Timers } from './timers.ts';

/**
 * Who knows the addresses of hosts. Its promises never reject: an empty list is a host without addresses, undefined that nobody can tell.
 */
export interface AddressBook {
  /** Addresses that came with SRV records (srv A8). */
  readonly glue: (target: DomainName) => readonly string[];
  /** Asks DNS. `source`: where the name comes from. */
  readonly lookup: (name: DomainName, type: 'A' | 'AAAA', source: Source) => Promise<readonly string[] | undefined>;
  /** Asks the operating system, which knows what single labels mean here. */
  readonly system: (label: string) => Promise<readonly string[] | undefined>;
}

/** How long an IPv4 address that is known first waits for IPv6 (RFC 8305 section 3). */
const RESOLUTION_DELAY_MS = 50;

/**
 * The addresses of one host, as they become known. A literal is its own address, a single label is asked of the operating system; of a name
 * the glue comes first, and DNS is asked when that is used up.
 */
export class HostAddresses {
  /** A question had no answer, so that a lack of addresses says nothing about the host. */
  isUncertain = false;
  readonly #queue = new AddressQueue();
  readonly #timers: Timers;
  readonly #changed: () => void;
  #questions: (() => Promise<void>)[] = [];
  #open = 0;
  #waitsForIpv6 = false;
  #isClosed = false;
  #callOffDelay: () => void = () => {};

  /** `changed` is called whenever `take` may give another address, or `isWaiting` has changed. */
  constructor(candidate: Candidate, book: AddressBook, timers: Timers, changed: () => void) {
    this.#timers = timers;
    this.#changed = changed;
    const { target, source } = candidate;
    if (addressFamily(target) !== undefined) {
      this.#queue.add([target]);
    } else if (!target.endsWith('.')) {
      this.#questions = [async () => this.#add(await book.system(target))];
    } else {
      const name = candidate.name ?? parseDomainName(target);
      const glue = book.glue(name);
      this.#queue.add(glue);
      if (!glue.some((address) => address.includes(':'))) this.#questions.push(() => this.#askIpv6(name, source, book));
      if (glue.every((address) => address.includes(':'))) this.#questions.push(() => this.#askIpv4(name, source, book));
    }
  }

  /** The next address to try, if one is known. */
  take(): string | undefined {
    return this.#waitsForIpv6 && !this.#queue.hasIpv6 ? undefined : this.#queue.take();
  }

  /** Asks for more addresses, once. False when there is nobody to ask. */
  askMore(): boolean {
    const questions = this.#questions;
    this.#questions = [];
    for (const ask of questions) void this.#ask(ask);
    return questions.length > 0;
  }

  /** Whether questions are under way. */
  get isWaiting(): boolean {
    return this.#open > 0;
  }

  /** Nobody will take any more. */
  close(): void {
    this.#isClosed = true;
    this.#callOffDelay();
  }

  async #ask(ask: () => Promise<void>): Promise<void> {
    this.#open += 1;
    await ask();
    this.#open -= 1;
    this.#changed();
  }

  #add(addresses: readonly string[] | undefined): void {
    if (addresses === undefined) this.isUncertain = true;
    else this.#queue.add(addresses);
  }

  async #askIpv6(name: DomainName, source: Source, book: AddressBook): Promise<void> {
    this.#waitsForIpv6 = true;
    this.#add(await book.lookup(name, 'AAAA', source));
    this.#waitsForIpv6 = false;
  }

  async #askIpv4(name: DomainName, source: Source, book: AddressBook): Promise<void> {
    this.#add(await book.lookup(name, 'A', source));
    if (!this.#waitsForIpv6 || this.#isClosed) return;
    this.#callOffDelay = this.#timers.after(RESOLUTION_DELAY_MS, () => {
      this.#waitsForIpv6 = false;
      this.#changed();
    });
  }
}
