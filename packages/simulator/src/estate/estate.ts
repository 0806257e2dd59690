import { parseDomainName } from '@srvkit/dns';
import type { Desired } from '@srvkit/publisher/plan';
import { Endpoints } from './endpoints.ts';
import { Host } from './host.ts';
import type { Asker } from './host.ts';
import { withNumbers } from '../scenario/host-records.ts';
import { NameService } from './name-service.ts';
import type { PublishOutcome } from './name-service.ts';
import { firewallVerdict, Network } from './network.ts';
import type { Scenario, TimelineEvent } from '../scenario/scenario.ts';
import { RefreshTimes } from './refresh-times.ts';
import { Replication } from './replication.ts';
import type { Secondary } from './replication.ts';
import { SiteDns } from './site-dns.ts';
import { formerlyDesired } from '../scenario/static-record.ts';

/** How a connection from a site to an endpoint of a host fares now; `verdict` undefined: it is let through. */
export interface Way {
  readonly host: Host;
  /** Whether the host stands at another site. */
  readonly isRemote: boolean;
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** Undefined where nothing is lost. */
  readonly loss: number | undefined;
  readonly verdict: 'drop' | 'reject' | undefined;
}

const DNS_PORT = 53;

/** The estate at one moment: hosts up or down, links open or cut, zones at the primary and at every site. Changed by what happens, asked by clients. */
export class Estate {
  readonly scenario: Scenario;
  readonly hosts: readonly Host[];
  readonly siteNames: readonly string[];
  readonly siteDns: readonly SiteDns[];
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
  readonly #replication: Replication;
  readonly #refreshTimes: RefreshTimes;

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
    this.siteDns = this.siteNames.map(() => new SiteDns(this.service));
    this.#replication = new Replication(
      this.service.zones,
      dns.replicationMinutes,
      this.siteDns.map((siteDns, index) => this.#secondaryAt(this.siteNames[index] ?? '', siteDns)),
    );
    this.#refreshTimes = new RefreshTimes(dns.scavenging);
    this.timeoutMs = scenario.policies.attemptTimeoutMs;
    for (const [index, site] of this.siteNames.entries()) this.#linkToServer(index, site);
    for (const [index, record] of dns.records.entries()) {
      if (record.stale) this.#refreshTimes.changed(`record ${index}`, formerlyDesired(record, scenario.service), 0);
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
    const { desired, findings } = host.records(this.scenario.service);
    for (const message of findings) this.notes.add(`${host.name}: ${message}`);
    const outcomes = this.service.publish(desired);
    for (const outcome of outcomes) this.#noteOutcome(index, desired, outcome, now);
    this.#replication.hold(this.service.zones, now);
  }

  /** Scavenging (kms P-29): records that were not refreshed for both periods go. */
  scavenge(now: number): void {
    for (const record of this.#refreshTimes.takeExpired(now)) this.service.withdraw(record);
    this.#replication.hold(this.service.zones, now);
  }

  /** To be called every minute: changes that have been under way long enough arrive at the sites. */
  replicateDue(now: number): void {
    this.#replication.arrive(now);
  }

  /** Something of the timeline happens. */
  happen(event: TimelineEvent, now: number): void {
    const index = 'host' in event ? this.hosts.findIndex(({ name }) => name === event.host) : -1;
    switch (event.kind) {
      case 'crash':
        return this.hosts[index]?.isUp === true ? this.stop(index) : this.#noteVain(event, `${event.host} is not up`);
      case 'restore':
        return this.hosts[index]?.isUp === true ? this.#noteVain(event, `${event.host} is up`) : this.start(index, now);
      case 'new-host':
        return this.start(index, now);
      case 'partition':
        return this.#network.partition(event.sites) ? this.#networkChanged(now) : this.#noteVain(event, 'that is cut already');
      case 'repair':
        return this.#network.repair(event.sites)
          ? this.#networkChanged(now)
          : this.#noteVain(event, 'no partition of just that came before');
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

  #noteVain({ path, kind }: TimelineEvent, why: string): void {
    this.notes.add(`${path}: this ${kind} changed nothing: ${why}`);
  }

  #linkToServer(index: number, site: string): void {
    const server = this.scenario.sites.get(site)?.dns;
    const servers = server === undefined || server === site ? undefined : this.siteDns[this.siteNames.indexOf(server)];
    const own = this.siteDns[index];
    if (own === undefined || servers === undefined || server === undefined) return;
    const roundTripMs = (): number | undefined => {
      const route = this.#network.route(site, server);
      return route === undefined || firewallVerdict(route, DNS_PORT) !== undefined ? undefined : 2 * route.latencyMs;
    };
    own.remote = { servers, roundTripMs, timeoutMs: this.timeoutMs };
  }

  #secondaryAt(site: string, siteDns: SiteDns): Secondary {
    return {
      isAtPrimary: site === this.scenario.dns.primary,
      isReached: () => this.#reachesPrimary(site),
      hold: (zones) => {
        siteDns.zones = zones;
      },
    };
  }

  #republish(index: number, list: readonly string[], now: number): void {
    const host = this.hosts[index];
    if (host === undefined) return;
    host.republish(list);
    this.publish(index, now);
  }

  // From the domains of its list, or from one, whether it is listed or not.
  #withdraw(index: number, domain: string | undefined, now: number): void {
    const host = this.hosts[index];
    if (host === undefined) return;
    const { desired } = host.records(this.scenario.service);
    const entries = domain === undefined ? desired.entries : [{ domain: parseDomainName(domain), priority: 0, weight: 0 }];
    this.service.withdraw({ ...desired, enabled: true, entries });
    this.#replication.hold(this.service.zones, now);
  }

  #noteOutcome(index: number, desired: Desired, { domain, outcome }: PublishOutcome, now: number): void {
    const name = this.hosts[index]?.name ?? '';
    if (outcome === 'no-zone')
      this.notes.add(`${name} cannot publish into ${domain.toString()}: no such zone; its list must name domains, not hosts (event 12293)`);
    if (outcome === 'not-applied' || outcome === 'no-zone') return;
    const record = { ...desired, entries: [{ domain, priority: 0, weight: 0 }] };
    const key = `${index} ${domain.key}`;
    if (outcome === 'changed') this.#refreshTimes.changed(key, record, now);
    else this.#refreshTimes.refreshed(key, record, now);
  }

  #networkChanged(now: number): void {
    this.version += 1;
    for (const ways of this.#ways) ways.length = 0;
    this.#replication.replicate(now);
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
    const { latencyMs, jitterMs } = route;
    const loss = route.loss > 0 ? route.loss : undefined;
    // Nobody listens at another port than the host's own.
    const verdict = firewallVerdict(route, port) ?? (port === host.scenario.port ? undefined : 'reject');
    return { host, isRemote: host.scenario.site !== from, latencyMs, jitterMs, loss, verdict };
  }
}
