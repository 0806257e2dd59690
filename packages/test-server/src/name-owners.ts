import type { DomainName, Message } from '@srvkit/dns';

/** Which key owns which name, where the first one to write a name owns it for good (publish 4.1). */
export class NameOwners {
  readonly #keys = new Map<string, string>();

  /** Whether every name that the UPDATE changes is the key's or nobody's. */
  allow(key: DomainName, update: Message): boolean {
    return update.authority.every(({ name }) => (this.#keys.get(name.key) ?? key.key) === key.key);
  }

  /** Gives the key the names that it changed and nobody has. */
  claim(key: DomainName, update: Message): void {
    for (const { name } of update.authority) {
      if (!this.#keys.has(name.key)) this.#keys.set(name.key, key.key);
    }
  }
}
