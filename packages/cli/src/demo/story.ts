import { setImmediate } from 'node:timers/promises';
import { createDnsClient } from '@srvkit/dns-client';
import { parseDomainName } from '@srvkit/dns';
import type { SrvRdata } from '@srvkit/dns';
import { memoryHostCache } from '@srvkit/host-cache';
import { discoveryRequest } from '@srvkit/kms';
import { createResolver } from '@srvkit/resolver';
import type { Resolver } from '@srvkit/resolver';
import { prepareSet } from '@srvkit/selection';
import type { PreparedSet } from '@srvkit/selection';
import { Settings } from '@srvkit/settings';
import type { Io } from '../io.ts';
import { formatTable } from '../render/table.ts';
import { APP_ID, EAST, SKU_ID, WEST } from './estate.ts';
import type { Site } from './estate.ts';
import { sharesByLaw, sharesWithMemory } from './expected-share.ts';
import type { Shares } from './expected-share.ts';
import { discoverMany } from './population.ts';
import type { Tally } from './population.ts';
import { Stage } from './stage.ts';
import type { RunCommand } from './stage.ts';
import { openWorkspace, PINNED } from './workspace.ts';
import type { Workspace } from './workspace.ts';

const DISCOVERIES = 1000;
const MOST_TURNS = 1000;
const SITES = [EAST, WEST] as const;

/** Plays the two-site story of kms N-20 and P-11 on loopback. Leaves nothing behind. */
export async function tellStory(io: Io, run: RunCommand): Promise<void> {
  const workspace = await openWorkspace();
  try {
    await new Story(new Stage(io, run, workspace.folder), workspace, io.signal).tell();
  } finally {
    await workspace.close();
  }
}

const LEVEL_WORDS = { global: 'for everything', application: 'for the application', sku: 'for the SKU' } as const;

/** What is broken in a scene, and what that is called. */
interface Weather {
  readonly title: string;
  readonly down: readonly string[];
}

const WEATHER: readonly Weather[] = [
  { title: 'all four hosts up', down: [] },
  { title: 'kms-e1 stopped', down: ['kms-e1'] },
  { title: 'kms-e1 and kms-e2 stopped: the east has no host of its own', down: ['kms-e1', 'kms-e2'] },
  { title: 'everything back', down: [] },
];

class Story {
  readonly #stage: Stage;
  readonly #workspace: Workspace;
  readonly #signal: AbortSignal;
  /** Connections that the hosts must have accepted by now. */
  #connections = 0;
  /** What became of the east clients in each weather, for the end. */
  readonly #outcomes: { weather: string; caching: boolean; tally: Tally }[] = [];

  constructor(stage: Stage, workspace: Workspace, signal: AbortSignal) {
    this.#stage = stage;
    this.#workspace = workspace;
    this.#signal = signal;
  }

  async tell(): Promise<void> {
    this.#prologue();
    this.#serve();
    await this.#publish();
    const sets = await this.#readBack();
    await this.#discoverWithoutMemory(sets);
    await this.#discoverWithMemory(sets);
    await this.#pin();
    await this.#trace();
    this.#epilogue();
  }

  #prologue(): void {
    const { style } = this.#stage;
    this.#stage.say(style.strong('srvkit demo: two sites, four hosts, one service (_vlmcs._tcp), everything on loopback'));
    this.#stage.say(
      'Clients in the east shall use kms-e1 (75 %) and kms-e2 (25 %), and the west hosts only when both are gone; the west likewise.',
    );
    const rows = this.#workspace.hosts.map(({ plan, target, address, port }) => [plan.name, plan.site.name, target, `${address}:${port}`]);
    this.#stage.say(formatTable(['host', 'site', 'name', 'listens on (TCP)'], rows).trimEnd());
  }

  #serve(): void {
    const { server } = this.#workspace;
    this.#stage.scene('A DNS server for both zones');
    this.#stage.show(`srvkit serve east.contoso.com.zone west.contoso.com.zone --listen ${server.address} --tsig-key demo.key`);
    this.#stage.say(`  listening on ${server.address} (UDP and TCP), zones ${[...server.zones.keys()].join(' ')}`);
  }

  async #publish(): Promise<void> {
    this.#stage.scene('Each host publishes itself into both zones, from its own registry export, by signed UPDATE');
    for (const host of this.#workspace.hosts) {
      const { folder, server } = this.#workspace;
      const files = ['--settings', `${folder}/${host.plan.name}.reg`, '--tsig-key', `${folder}/demo.key`];
      await this.#stage.play(['publish', '--target', host.target.slice(0, -1), ...files, '--server', server.address]);
    }
  }

  /** What the zones hold now, asked by DNS. */
  async #readBack(): Promise<ReadonlyMap<Site, PreparedSet>> {
    this.#stage.scene('What clients find in DNS');
    const client = createDnsClient({ servers: [this.#workspace.server.address] });
    try {
      const sets = new Map<Site, PreparedSet>();
      for (const site of SITES) {
        const owner = parseDomainName(`_vlmcs._tcp.${site.domain}.`);
        this.#stage.show(`dig @127.0.0.1 -p ${this.#workspace.server.address.split(':').at(-1)} +short ${owner.toString()} SRV`);
        const answer = await client.lookup(owner, 'SRV', { signal: this.#signal });
        const records = answer.kind === 'records' ? answer.records.map(({ rdata }) => rdata).filter((rdata) => rdata.type === 'SRV') : [];
        const set = prepareSet<SrvRdata>(records);
        sets.set(site, set);
        for (const { targets } of set.groups) {
          for (const { priority, weight, port, target } of targets) this.#stage.say(`  ${priority} ${weight} ${port} ${target.toString()}`);
        }
      }
      return sets;
    } finally {
      await client.close();
    }
  }

  async #discoverWithoutMemory(sets: ReadonlyMap<Site, PreparedSet>): Promise<void> {
    const { server } = this.#workspace;
    const resolver = createResolver({ servers: [server.address] });
    try {
      for (const weather of WEATHER) {
        this.#stage.scene(`Host caching off, ${weather.title}: an east and a west client discover ${DISCOVERIES} times each`);
        await this.#setWeather(weather);
        for (const site of SITES) {
          this.#stage.show(
            `srvkit resolve --domain ${site.domain} --server ${server.address} --no-cache`,
            `${DISCOVERIES} times, each with another seed`,
          );
          const tally = await this.#discover(resolver, site, false);
          this.#showTally(
            site,
            weather,
            tally,
            sharesByLaw(mustHave(sets, site), (target) => this.#isUp(target)),
          );
        }
      }
    } finally {
      await resolver.close();
    }
  }

  async #discoverWithMemory(sets: ReadonlyMap<Site, PreparedSet>): Promise<void> {
    const { server } = this.#workspace;
    const resolver = createResolver({ servers: [server.address], cache: memoryHostCache({ maxEntries: 2 * DISCOVERIES }) });
    const expected = new Map<Site, Shares>();
    try {
      for (const weather of WEATHER) {
        this.#stage.scene(`Host caching on, ${weather.title}: ${DISCOVERIES} clients a site, each with its own cache`);
        await this.#setWeather(weather);
        for (const site of SITES) {
          this.#stage.show(
            `srvkit resolve --domain ${site.domain} --server ${server.address} --cache ${site.name}-client-N.json`,
            `N from 1 to ${DISCOVERIES}, each with another seed`,
          );
          const tally = await this.#discover(resolver, site, true);
          const set = mustHave(sets, site);
          const isUp = (target: string): boolean => this.#isUp(target);
          const before = expected.get(site);
          expected.set(site, before === undefined ? sharesByLaw(set, isUp) : sharesWithMemory(before, set, isUp));
          this.#showTally(site, weather, tally, mustHave(expected, site), true);
        }
      }
    } finally {
      await resolver.close();
    }
  }

  async #pin(): Promise<void> {
    this.#stage.scene(
      'Hosts pinned in the registry: globally, for an application, for a SKU; the most specific goes first, all before DNS',
    );
    const { folder, server } = this.#workspace;
    const ids = ['--app-id', APP_ID, '--sku-id', SKU_ID];
    const command = (file: string): string[] => [
      'resolve',
      '--settings',
      `${folder}/${file}`,
      ...ids,
      '--domain',
      EAST.domain,
      '--server',
      server.address,
    ];
    for (const { level, host } of PINNED) {
      this.#stage.say(`  pinned-${level}.reg ${level === 'global' ? 'names' : 'adds'} ${host} (${LEVEL_WORDS[level]})`);
      await this.#stage.play(command(`pinned-${level}.reg`));
    }
    const [mostSpecific] = PINNED.toReversed();
    if (mostSpecific === undefined) return;
    await this.#setWeather({ title: '', down: [mostSpecific.host] });
    this.#stage.say(`  ${mostSpecific.host} stopped: the next one in order takes over, and srvkit says what Windows would do`);
    await this.#stage.play(command(`pinned-${mostSpecific.level}.reg`));
  }

  async #trace(): Promise<void> {
    this.#stage.scene('One discovery in full, with kms-e1 stopped');
    await this.#setWeather({ title: '', down: ['kms-e1'] });
    await this.#stage.play(['resolve', '--domain', EAST.domain, '--server', this.#workspace.server.address, '--seed', '1', '--explain']);
  }

  #epilogue(): void {
    this.#stage.say(`\n${this.#stage.style.strong('Who served the east clients')}`);
    const rows = WEATHER.map(({ title }) => [title, ...[false, true].map((caching) => this.#servedBy(title, caching))]);
    this.#stage.say(formatTable(['', 'caching off', 'caching on'], rows).trimEnd());
    const asked = [false, true].map((caching) =>
      this.#outcomes.filter((outcome) => outcome.caching === caching).reduce((sum, { tally }) => sum + tally.askedDns, 0),
    );
    const last = this.#outcomes.filter(({ caching }) => caching).at(-1);
    this.#stage.say(
      `  With caching off, east clients asked for SRV records ${asked[0]} times; with caching on, ${asked[1]} times: only when they had no host, or theirs was gone.`,
    );
    if (last !== undefined) {
      this.#stage.say(
        `  With caching on, ${percent(shareElsewhere(last.tally.shares, EAST))} of them were still with west hosts when everything was back: a remembered host goes before priority and weight (slmgr /ckhc switches caching off).`,
      );
    }
  }

  #servedBy(weather: string, caching: boolean): string {
    const shares = this.#outcomes.find((outcome) => outcome.weather === weather && outcome.caching === caching)?.tally.shares;
    return this.#workspace.hosts
      .flatMap(({ plan, target }) => (shares?.has(target) === true ? [`${plan.name} ${percent(shares.get(target) ?? 0)}`] : []))
      .join(', ');
  }

  async #setWeather({ down }: Weather): Promise<void> {
    for (const host of this.#workspace.hosts) await (down.includes(host.plan.name) ? host.stop() : host.start());
  }

  #isUp(target: string): boolean {
    return this.#workspace.hosts.some((host) => host.target === target && host.isUp);
  }

  #discover(resolver: Resolver, site: Site, caching: boolean): Promise<Tally> {
    const { request } = discoveryRequest(Settings.empty(), { domains: [site.domain], caching });
    // With caching, each of the thousand is a client of its own: its number is its scope.
    const requestOf = (number: number): typeof request => (caching ? { ...request, scope: `${site.name}-client-${number}` } : request);
    const hostsCatchUp = (connections: number): Promise<void> => this.#hostsCatchUp(connections);
    return discoverMany({ resolver, requestOf, count: DISCOVERIES, stream: SITES.indexOf(site), hostsCatchUp, signal: this.#signal });
  }

  async #hostsCatchUp(connections: number): Promise<void> {
    this.#connections += connections;
    const accepted = (): number => this.#workspace.hosts.reduce((sum, host) => sum + host.accepted, 0);
    // Bounded, in case that a connection was lost on its way.
    for (let turn = 0; turn < MOST_TURNS && accepted() < this.#connections; turn += 1) await setImmediate();
    this.#connections = accepted();
  }

  #showTally(site: Site, { title }: Weather, tally: Tally, expected: Shares, caching = false): void {
    if (site === EAST) this.#outcomes.push({ weather: title, caching, tally });
    const rows = this.#workspace.hosts.map(({ plan, target, isUp }) => [
      plan.name,
      isUp ? 'up' : 'stopped',
      percent(tally.shares.get(target) ?? 0),
      percent(expected.get(target) ?? 0),
    ]);
    this.#stage.say(formatTable([`${site.name} client`, '', 'measured', 'exact law'], rows, ['measured', 'exact law']).trimEnd());
    this.#stage.say(
      `  ${tally.reached} of ${tally.discoveries} reached a host, ${tally.failedAttempts} attempts met a stopped host first, ${tally.askedDns} asked for SRV records`,
    );
  }
}

function shareElsewhere(shares: Shares, home: Site): number {
  return [...shares].reduce((sum, [target, share]) => (target.endsWith(`.${home.domain}.`) ? sum : sum + share), 0);
}

function mustHave<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new TypeError('a scene is played out of order');
  return value;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
