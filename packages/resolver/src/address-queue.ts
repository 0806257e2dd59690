/**
 * Addresses of one host in the order of RFC 8305 section 4: IPv6 first, then the families by turns, each in the order it was added. An
 * address is given once, however often it is added.
 */
export class AddressQueue {
  readonly #seen = new Set<string>();
  readonly #waiting: { readonly 4: string[]; readonly 6: string[] } = { 4: [], 6: [] };
  #lastFamily: 4 | 6 = 4;

  add(addresses: readonly string[]): void {
    for (const address of addresses) {
      if (this.#seen.has(address)) continue;
      this.#seen.add(address);
      this.#waiting[familyOf(address)].push(address);
    }
  }

  take(): string | undefined {
    const other = this.#lastFamily === 4 ? 6 : 4;
    const family = this.#waiting[other].length > 0 ? other : this.#lastFamily;
    const address = this.#waiting[family].shift();
    if (address !== undefined) this.#lastFamily = family;
    return address;
  }

  /** Whether an address of the preferred family is waiting. */
  get hasIpv6(): boolean {
    return this.#waiting[6].length > 0;
  }

  get isEmpty(): boolean {
    return this.#waiting[4].length === 0 && this.#waiting[6].length === 0;
  }
}

function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}
