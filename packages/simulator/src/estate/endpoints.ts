import type { CachedHost } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import type { Host } from './host.ts';

/** A target and port that clients may try: those of a host, or of nobody. */
interface Endpoint {
  readonly host: number;
  readonly port: number;
  /** The next endpoint of the same target, -1 for none. */
  readonly otherPort: number;
  readonly certain: MutableHost;
  readonly provisional: MutableHost;
}
type MutableHost = { -readonly [K in keyof CachedHost]: CachedHost[K] };

const PROVISIONAL = 1 << 30;

/** The targets and ports that clients have met, each with a number: what a client remembers is one number. */
export class Endpoints {
  readonly #hosts: readonly Host[];
  readonly #service: string;
  readonly #hostsByTarget: ReadonlyMap<string, number>;
  readonly #endpoints: Endpoint[] = [];
  readonly #byTarget = new Map<string, number>();

  constructor(hosts: readonly Host[], service: string) {
    this.#hosts = hosts;
    this.#service = service;
    this.#hostsByTarget = new Map(hosts.map(({ index, scenario }) => [parseDomainName(scenario.target).key, index]));
  }

  /** The number of an endpoint. */
  of(target: string, port: number): number {
    let endpoint = this.#byTarget.get(target) ?? -1;
    // Nearly every target has one port.
    while (endpoint >= 0 && this.#endpoints[endpoint]?.port !== port) endpoint = this.#endpoints[endpoint]?.otherPort ?? -1;
    return endpoint >= 0 ? endpoint : this.#add(target, port);
  }

  /** The host that has it, -1 for none. */
  hostOf(endpoint: number): number {
    return this.#endpoints[endpoint]?.host ?? -1;
  }

  portOf(endpoint: number): number {
    return this.#endpoints[endpoint]?.port ?? 0;
  }

  /** The host there by its name, or else the target; null for no endpoint. */
  nameOf(endpoint: number): string | null {
    return this.#hosts[this.hostOf(endpoint)]?.name ?? this.#endpoints[endpoint]?.certain.target ?? null;
  }

  /** The remembered host of a client, as discovery wants it. The same object again and again. */
  cachedHost(remembered: number, sinceMs: number): CachedHost {
    const endpoint = this.#endpoints[endpointRemembered(remembered)];
    if (endpoint === undefined) throw new RangeError(`endpoint ${remembered} is unknown`);
    const host = (remembered & PROVISIONAL) === 0 ? endpoint.certain : endpoint.provisional;
    host.since = sinceMs;
    host.lastReached = sinceMs;
    return host;
  }

  #add(target: string, port: number): number {
    const index = this.#endpoints.length;
    const common = { service: this.#service, scope: 'client', target, port, address: null, since: 0, lastReached: 0 };
    this.#endpoints.push({
      host: this.#hostsByTarget.get(target.toLowerCase()) ?? -1,
      port,
      otherPort: this.#byTarget.get(target) ?? -1,
      certain: { ...common, provisional: false },
      provisional: { ...common, provisional: true },
    });
    this.#byTarget.set(target, index);
    return index;
  }
}

/** What a client remembers of an endpoint. */
export function rememberedEndpoint(endpoint: number, provisional: boolean): number {
  return provisional ? endpoint | PROVISIONAL : endpoint;
}

/** The endpoint in what a client remembers. */
export function endpointRemembered(remembered: number): number {
  return remembered & ~PROVISIONAL;
}
