import { parseDomainName } from '@srvkit/dns';
import type { Desired } from '@srvkit/publisher/plan';
import type { Zones } from '@srvkit/test-server/zone';
import { Endpoints } from './endpoints.ts';
import { Host } from './host.ts';
import type { Asker } from './host.ts';
import { hostRecords, withNumbers } from '../scenario/host-records.ts';
import { NameService } from './name-service.ts';
import type { PublishOutcome } from './name-service.ts';
import { firewallVerdict, Network } from './network.ts';
import type { Happening, Scenario } from '../scenario/scenario.ts';
import { SiteNames } from './site-names.ts';
import { formerlyDesired } from '../scenario/static-record.ts';

/** How a connection from a site to an endpoint of a host fares now; `verdict` undefined: it is let through. */
export interface Way {
  readonly host: Host;
  /** Whether the host stands at another site. */
  readonly isRemote: boolean;
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly loss: number;
  readonly verdict: 'drop' | 'reject' | undefined;
}

const DNS_PORT = 53;

/** The estate at one moment: hosts up or down, links open or cut, zones at the primary and at every site. Changed by what happens, asked by clients. */
export class Estate {
  readonly scenario: Scenario;
  readonly hosts: readonly Host[];
  readonly siteNames: readonly string[];
  readonly names: readonly SiteNames[];
  readonly service: NameService;
  readonly endpoints: Endpoints;
  readonly timeoutMs: number;
  /** Attempts at endpoints that no host of the scenario has, by the number of the endpoint. */
  readonly unknownTargets: Map<number, number> = new Map();
  /** Goes up whenever a host or a link changes. */
  version = 0;
  /** What is worth a finding, each once. */
  readonly notes: Set<string> = new Set();
  readonly #network: Network;
  readonly #siteOfHost: readonly number[];
  readonly #ways: (Way | undefined)[][];
  readonly #replicateAt: number[] = [];
  readonly #history: { readonly minute: number; readonly zones: Zones }[];
  /** When each record was last refreshed, by host and domain; records by hand are not in it. */
  readonly #refreshedAt = new Map<string, { readonly minute: number; readonly desired: Desired }>();

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.siteNames = [...scenario.sites.keys()];
    this.hosts = [...scenario.hosts].map(([name, host], index) => new Host(index, name, host));
    this.endpoints = new Endpoints(this.hosts, scenario.service);
    this.#siteOfHost = this.hosts.map((host) => this.siteNames.indexOf(host.scenario.site));
    this.#network = new Network(scenario);
    this.#ways = this.siteNames.map(() => []);
    const { dns } = scenario;
    const origins = [...[...scenario.sites.values()].flatMap(({ search }) => search), ...dns.zones];
    this.service = new NameService(scenario.service, origins, dns);
    this.#history = [{ minute: -Infinity, zones: this.service.zones }];
    this.names = this.siteNames.map(() => new SiteNames(this.service));
    this.timeoutMs = scenario.policies.attemptTimeoutMs;
    for (const [index, site] of this.siteNames.entries()) this.#linkToServer(index, site);
    for (const [index, record] of dns.records.entries()) {
      if (record.stale) this.#refreshedAt.set(`record ${index}`, { minute: 0, desired: formerlyDesired(record, scenario.service) });
    }
  }

  siteOfHost(host: number): number {
    return this.#siteOfHost[host] ?? -1;
  }

  /** How `endpoint` is reached from a site; undefined: not at all, or no host has it. */
  way(site: number, endpoint: number): Way | undefined {
    const ways = this.#ways[site];
    if (ways === undefined) return undefined;
    if (endpoint < ways.length) return ways[endpoint];
    for (let next = ways.length; next <= endpoint; next += 1) ways.push(this.#findWay(site, next));
    return ways[endpoint];
  }

  /** Whether a client at `site` would be served there now, if the host counted enough clients. */
  serves(endpoint: number, site: number, asker: Asker | undefined): boolean {
    const way = this.way(site, endpoint);
    if (way === undefined || way.verdict !== undefined || !way.host.isUp) return false;
    return asker === undefined || way.host.whyRefused(asker) === undefined;
  }

  /** A host comes up: it answers, and publishes. */
  start(index: number, now: number): void {
    const host = this.hosts[index];
    if (host === undefined) return;
    host.start();
    this.version += 1;
    this.publish(index, now);
  }

  stop(index: number): void {
    this.hosts[index]?.stop();
    this.version += 1;
  }

  /** The daily registration (kms P-03), or one after a restart. Nothing when the host is down or cannot reach the primary. */
  publish(index: number, now: number): void {
    const host = this.hosts[index];
    if (host === undefined || !host.isUp || !this.#reachesPrimary(host.scenario.site)) return;
    const { desired, findings } = hostRecords(host.scenario, this.scenario.service);
    for (const message of findings) this.notes.add(`${host.name}: ${message}`);
    const outcomes = this.service.publish(desired);
    for (const outcome of outcomes) this.#noteOutcome(index, desired, outcome, now);
    this.#remember(now);
  }

  /** Scavenging (kms P-29): records that were not refreshed for both periods go. */
  scavenge(now: number): void {
    const { scavenging } = this.scenario.dns;
    if (scavenging === undefined) return;
    const limit = now - scavenging.noRefreshMinutes - scavenging.refreshMinutes;
    for (const [key, { minute, desired }] of this.#refreshedAt) {
      if (minute > limit) continue;
      this.#refreshedAt.delete(key);
      this.service.withdraw(desired);
    }
    this.#remember(now);
  }

  /** To be called every minute: changes that have been under way long enough arrive at the sites. */
  replicateDue(now: number): void {
    const [next = Infinity] = this.#replicateAt;
    if (next > now) return;
    while ((this.#replicateAt[0] ?? Infinity) <= now) this.#replicateAt.shift();
    this.#replicate(now);
  }

  /** Something of the timeline happens. */
  happen(event: Happening, now: number): void {
    const index = 'host' in event ? this.hosts.findIndex(({ name }) => name === event.host) : -1;
    switch (event.kind) {
      case 'crash':
        return this.stop(index);
      case 'restore':
      case 'new-host':
        return this.start(index, now);
      case 'partition':
        this.#network.partition(event.sites);
        return this.#networkChanged(now);
      case 'repair':
        this.#network.repair(event.sites);
        return this.#networkChanged(now);
      case 'publish':
        return this.#republish(index, event.list, now);
      case 'weight': {
        const host = this.hosts[index];
        if (host === undefined) return;
        return this.#republish(index, withNumbers(host.scenario, parseDomainName(event.domain), event.weight, event.priority), now);
      }
      case 'withdraw':
        return this.#withdraw(index, event.domain, now);
      default:
        event satisfies never;
    }
  }

  #linkToServer(index: number, site: string): void {
    const server = this.scenario.sites.get(site)?.dns;
    const names = server === undefined || server === site ? undefined : this.names[this.siteNames.indexOf(server)];
    const own = this.names[index];
    if (own === undefined || names === undefined || server === undefined) return;
    const roundTripMs = (): number | undefined => {
      const route = this.#network.route(site, server);
      return route === undefined || firewallVerdict(route, DNS_PORT) !== undefined ? undefined : 2 * route.latencyMs;
    };
    own.server = { names, roundTripMs, timeoutMs: this.timeoutMs };
  }

  // Gives every site that the primary reaches what it held `replicationMinutes` ago; the primary's own site sees it at once.
  #replicate(now: number): void {
    const { primary, replicationMinutes } = this.scenario.dns;
    for (const [index, site] of this.siteNames.entries()) {
      if (!this.#reachesPrimary(site)) continue;
      const age = site === primary ? 0 : replicationMinutes;
      const names = this.names[index];
      const held = this.#history.findLast(({ minute }) => minute <= now - age);
      if (names !== undefined && held !== undefined) names.zones = held.zones;
    }
  }

  #republish(index: number, list: readonly string[], now: number): void {
    const host = this.hosts[index];
    if (host === undefined) return;
    host.scenario = { ...host.scenario, publish: list };
    this.publish(index, now);
  }

  // From the domains of its list, or from one, whether it is listed or not.
  #withdraw(index: number, domain: string | undefined, now: number): void {
    const host = this.hosts[index];
    if (host === undefined) return;
    const { desired } = hostRecords(host.scenario, this.scenario.service);
    const entries = domain === undefined ? desired.entries : [{ domain: parseDomainName(domain), priority: 0, weight: 0 }];
    this.service.withdraw({ ...desired, enabled: true, entries });
    this.#remember(now);
  }

  #noteOutcome(index: number, desired: Desired, { domain, outcome }: PublishOutcome, now: number): void {
    const name = this.hosts[index]?.name ?? '';
    if (outcome === 'no-zone')
      this.notes.add(`${name} cannot publish into ${domain.toString()}: no such zone; its list must name domains, not hosts (event 12293)`);
    if (outcome === 'not-applied' || outcome === 'no-zone') return;
    const key = `${index} ${domain.key}`;
    const last = this.#refreshedAt.get(key);
    // A refresh inside the no-refresh period is not stored (kms P-29).
    if (outcome === 'unchanged' && last !== undefined && now - last.minute < (this.scenario.dns.scavenging?.noRefreshMinutes ?? 0)) return;
    this.#refreshedAt.set(key, { minute: now, desired: { ...desired, entries: [{ domain, priority: 0, weight: 0 }] } });
  }

  #remember(now: number): void {
    if (this.#history.at(-1)?.zones !== this.service.zones) {
      this.#history.push({ minute: now, zones: this.service.zones });
      this.#replicateAt.push(now + this.scenario.dns.replicationMinutes);
    }
    this.#replicate(now);
  }

  #networkChanged(now: number): void {
    this.version += 1;
    for (const ways of this.#ways) ways.length = 0;
    this.#replicate(now);
  }

  #reachesPrimary(site: string): boolean {
    const { primary } = this.scenario.dns;
    return primary === undefined || this.#network.route(site, primary) !== undefined;
  }

  #findWay(site: number, endpoint: number): Way | undefined {
    const host = this.hosts[this.endpoints.hostOf(endpoint)];
    const port = this.endpoints.portOf(endpoint);
    const from = this.siteNames[site];
    if (host === undefined || from === undefined) return undefined;
    const route = this.#network.route(from, host.scenario.site);
    if (route === undefined) return undefined;
    const { latencyMs, jitterMs, loss } = route;
    // Nobody listens at another port than the host's own.
    const verdict = firewallVerdict(route, port) ?? (port === host.scenario.port ? undefined : 'reject');
    return { host, isRemote: host.scenario.site !== from, latencyMs, jitterMs, loss, verdict };
  }
}
