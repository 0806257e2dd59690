import { parseDomainName } from '@srvkit/dns';
import { hostRecords } from '@srvkit/simulator';
import type { Scenario } from '@srvkit/simulator';
import { Child } from './child.ts';
import type { Wrapper } from './child.ts';
import type { HostAnswer, HostQuestion } from './host-process.ts';

/** Where a host runs, and whom it tells about itself. */
export interface HostPlace {
  readonly address: string;
  /** The server that takes its UPDATEs; undefined: it finds them. */
  readonly server: string | undefined;
  readonly wrapper: Wrapper;
}

/** How many records each domain of a suffix search list has when all hosts have published themselves. */
export function publishedRecords({ hosts, service, sites }: Scenario): readonly { readonly domain: string; readonly records: number }[] {
  const published = [...hosts.values()].flatMap((host) => hostRecords(host, service).desired.entries.map(({ domain }) => domain));
  const domains = new Set([...sites.values()].flatMap(({ search }) => search));
  return [...domains].map((domain) => ({ domain, records: published.filter((each) => each.equals(parseDomainName(domain))).length }));
}

const IN_DNS: ReadonlySet<string> = new Set(['published', 'unchanged']);

/** All hosts of a scenario, each a process that publishes itself when it starts. */
export class LabHosts {
  readonly #scenario: Scenario;
  readonly #secret: string;
  readonly #places: ReadonlyMap<string, HostPlace>;
  readonly #running = new Map<string, Child<HostQuestion, HostAnswer>>();
  /** The addresses of clients that a host does not hear now, by its site. */
  #cutOff: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(scenario: Scenario, secret: string, places: ReadonlyMap<string, HostPlace>) {
    this.#scenario = scenario;
    this.#secret = secret;
    this.#places = places;
  }

  /** Starts all of them, and waits until their records are in DNS. */
  async startAll(): Promise<void> {
    const outcomes = await Promise.all([...this.#places.keys()].map(async (name) => [name, await this.start(name)] as const));
    for (const [name, outcome] of outcomes) if (!IN_DNS.has(outcome)) throw new Error(`${name} could not publish itself: ${outcome}`);
  }

  /** Gives what became of its records. */
  async start(name: string): Promise<string> {
    const host = this.#scenario.hosts.get(name);
    const place = this.#places.get(name);
    if (host === undefined || place === undefined) throw new RangeError(`there is no host ${name}`);
    if (this.#running.has(name)) return 'unchanged';
    const child = new Child<HostQuestion, HostAnswer>('host-process.ts', name, place.wrapper);
    this.#running.set(name, child);
    const { service, dns } = this.#scenario;
    const { desired } = hostRecords(host, service);
    const { published } = await child.ask({
      start: {
        greeting: `${name}\n`,
        address: place.address,
        port: host.port,
        service,
        target: host.target,
        ttl: dns.ttlSeconds,
        secret: this.#secret,
        server: place.server,
        cutOff: this.#cutOff.get(host.site) ?? [],
        entries: desired.entries.map(({ domain, priority, weight }) => ({ domain: domain.toString(), priority, weight })),
      },
    });
    return published ?? 'unchanged';
  }

  async crash(name: string): Promise<void> {
    await this.#running.get(name)?.kill();
    this.#running.delete(name);
  }

  /** From now on hosts do not hear clients from these addresses, by the hosts' sites. */
  async cutOff(addresses: ReadonlyMap<string, readonly string[]>): Promise<void> {
    this.#cutOff = addresses;
    for (const [name, host] of this.#running) await host.ask({ cutOff: addresses.get(this.#scenario.hosts.get(name)?.site ?? '') ?? [] });
  }

  /** Ends all of them at once. */
  async kill(): Promise<void> {
    await Promise.all([...this.#running.values()].map((host) => host.kill()));
    this.#running.clear();
  }
}
