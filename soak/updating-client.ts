import { formatRecord, makeUpdate, parseDomainName } from '@srvkit/dns';
import type { DomainName, MessageSigner, ResourceRecord, UpdateOperation } from '@srvkit/dns';
import type { DnsClient } from '@srvkit/dns-client';
import type { Random } from '@srvkit/selection';
import { ORIGIN } from './updated-zone.ts';

/** How a client sends its changes. */
export interface UpdatingClientOptions {
  readonly client: DnsClient;
  readonly signer: MessageSigner;
  readonly random: Random;
  readonly transport: 'tcp' | 'udp';
  /** Of the text of one record. */
  readonly octets: number;
  /** Sends each change twice at the same time, as a client does that thinks it lost: either reply acknowledges it. */
  readonly twice?: boolean;
}

/** What a client did during the life of a server. */
export interface Changed {
  readonly acknowledged: number;
  /** What was neither success nor the silence that was expected. */
  readonly complaints: readonly string[];
}

const ZONE = parseDomainName(ORIGIN);
const MOST_HELD = 5;
const LONGEST_STRING = 250;
const TIMEOUT_MS = 5000;

/** One client, the only one that changes its name: it adds, deletes and changes TXT records, one UPDATE after the other, and knows what must be there. */
export class UpdatingClient {
  readonly #owner: DomainName;
  readonly #options: UpdatingClientOptions;
  /** What was acknowledged last, and what may be there instead. */
  #held: readonly ResourceRecord[] = [];
  #open: readonly ResourceRecord[] | undefined;
  #next = 1;
  #silenceExpected = false;

  constructor(label: string, options: UpdatingClientOptions) {
    this.#owner = parseDomainName(`${label}.${ORIGIN}`);
    this.#options = options;
  }

  /** Whether a change was under way at the end and nobody knows what came of it. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** From now on no reply is no complaint. */
  expectSilence(): void {
    this.#silenceExpected = true;
  }

  /** Changes until there is no reply. */
  async changeUntil(server: string, signal: AbortSignal, onAcknowledged: () => void): Promise<Changed> {
    this.#silenceExpected = false;
    for (let acknowledged = 0; ; acknowledged += 1) {
      const { operations, after } = this.#nextChange();
      this.#open = after;
      const said = await this.#send(operations, server, signal);
      if (said === 'NOERROR') {
        [this.#held, this.#open] = [after, undefined];
        onAcknowledged();
      } else if (said === 'nothing' && this.#silenceExpected) return { acknowledged, complaints: [] };
      else return { acknowledged, complaints: [`${this.#owner.toString()}: ${said}`] };
    }
  }

  /** Compares the zone with what was acknowledged, and goes on from what is there. */
  compare(zone: readonly ResourceRecord[]): { readonly lost: string | undefined; readonly openKept: boolean } {
    const there = zone.filter(({ name }) => name.equals(this.#owner));
    const openKept = this.#open !== undefined && sameRecords(there, this.#open);
    const lost =
      openKept || sameRecords(there, this.#held) ? undefined : `${this.#owner.toString()} has ${short(there)}, not ${short(this.#held)}`;
    [this.#held, this.#open] = [there, undefined];
    return { lost, openKept };
  }

  async #send(operations: readonly UpdateOperation[], server: string, signal: AbortSignal): Promise<string> {
    const { client, signer, transport, twice = false } = this.#options;
    const send = async (): Promise<string> => {
      const update = makeUpdate({ id: 0, zone: ZONE, operations });
      const { rcode } = await client.exchange(update, { server, signer, transport, signal, timeoutMs: TIMEOUT_MS });
      return rcode ?? 'nothing';
    };
    const sent = Array.from({ length: twice ? 2 : 1 }, () => send().catch(() => 'nothing'));
    const replies = await Promise.all(sent);
    return replies.find((reply) => reply !== 'nothing') ?? 'nothing';
  }

  #nextChange(): { readonly operations: readonly UpdateOperation[]; readonly after: readonly ResourceRecord[] } {
    const [oldest] = this.#held;
    const newest = this.#newRecord();
    const add: UpdateOperation = { kind: 'add', record: newest };
    if (oldest === undefined) return { operations: [add], after: [newest] };
    const remove: UpdateOperation = { kind: 'deleteRecord', record: oldest };
    const rest = this.#held.slice(1);
    const ways = [
      { operations: [remove], after: rest },
      { operations: [remove, add], after: [...rest, newest] },
      { operations: [add], after: [...this.#held, newest] },
    ];
    return ways[this.#options.random.below(this.#held.length < MOST_HELD ? 3 : 2)] ?? { operations: [remove], after: rest };
  }

  #newRecord(): ResourceRecord {
    const text = Buffer.from(`${this.#next} ${'x'.repeat(LONGEST_STRING)}`).subarray(0, LONGEST_STRING);
    const strings = Array.from({ length: Math.ceil(this.#options.octets / LONGEST_STRING) }, () => text);
    this.#next += 1;
    return { name: this.#owner, type: 'TXT', class: 'IN', ttl: 60, rdata: { type: 'TXT', strings } };
  }
}

function sameRecords(a: readonly ResourceRecord[], b: readonly ResourceRecord[]): boolean {
  return JSON.stringify(a.map(formatRecord).toSorted()) === JSON.stringify(b.map(formatRecord).toSorted());
}

function short(records: readonly ResourceRecord[]): string {
  return `[${records.map((record) => /TXT "(\d+)/.exec(formatRecord(record))?.[1]).join(', ')}]`;
}
