import type { FirewallRule, LinkQuality, Scenario } from '../scenario/scenario.ts';

/** How a connection from one site to another fares now. */
export interface Route extends LinkQuality {
  /** The links on the way, in order, with the site each is entered from. */
  readonly hops: readonly { readonly from: string; readonly firewall: readonly FirewallRule[] }[];
}

interface Edge extends LinkQuality {
  readonly between: readonly [string, string];
  readonly firewall: readonly FirewallRule[];
}

/** The links between sites, what is cut of them now, and the way from each site to each: the one with the least latency. */
export class Network {
  readonly #sites: readonly string[];
  readonly #edges: readonly Edge[];
  readonly #cut = new Set<string>();
  #routes: ReadonlyMap<string, ReadonlyMap<string, Route>>;

  constructor({ sites, links, wan }: Scenario) {
    this.#sites = [...sites.keys()];
    const linked = new Set(links.map(({ between }) => pairKey(between)));
    this.#edges = [...links, ...(wan === undefined ? [] : meshOf(this.#sites, wan, linked))];
    this.#routes = this.#findRoutes();
  }

  /** Undefined: there is no way. */
  route(from: string, to: string): Route | undefined {
    return this.#routes.get(from)?.get(to);
  }

  /** Cuts a link, or a site from all others. False when it is cut already. */
  partition(sites: readonly string[]): boolean {
    if (this.#cut.has(pairKey(sites))) return false;
    this.#cut.add(pairKey(sites));
    this.#routes = this.#findRoutes();
    return true;
  }

  /** Takes back what `partition` did for the same link or site. False when that is not cut. */
  repair(sites: readonly string[]): boolean {
    if (!this.#cut.delete(pairKey(sites))) return false;
    this.#routes = this.#findRoutes();
    return true;
  }

  #findRoutes(): ReadonlyMap<string, ReadonlyMap<string, Route>> {
    const open = this.#edges.filter(
      ({ between }) => !this.#cut.has(pairKey(between)) && !between.some((site) => this.#cut.has(pairKey([site]))),
    );
    const leaving = new Map(this.#sites.map((site) => [site, open.filter(({ between }) => between.includes(site))]));
    return new Map(this.#sites.map((site) => [site, routesFrom(site, leaving)]));
  }
}

/** What a firewall on the way does to a connection to `port`; undefined: it lets it through. */
export function firewallVerdict(route: Route, port: number): FirewallRule['action'] | undefined {
  for (const { from, firewall } of route.hops) {
    const rule = firewall.find((each) => (each.port ?? port) === port && (each.from ?? from) === from);
    if (rule !== undefined) return rule.action;
  }
  return undefined;
}

const HERE: Route = { latencyMs: 0, jitterMs: 0, loss: 0, hops: [] };

// Dijkstra's algorithm; of ways as short as each other, the one found first.
function routesFrom(start: string, leaving: ReadonlyMap<string, readonly Edge[]>): ReadonlyMap<string, Route> {
  const settled = new Map<string, Route>();
  const reached = new Map<string, Route>([[start, HERE]]);
  while (reached.size > 0) {
    let [nearest = start] = reached.keys();
    for (const [site, { latencyMs }] of reached) if (latencyMs < (reached.get(nearest)?.latencyMs ?? 0)) nearest = site;
    const route = reached.get(nearest) ?? HERE;
    reached.delete(nearest);
    settled.set(nearest, route);
    for (const edge of leaving.get(nearest) ?? []) {
      const next = edge.between[0] === nearest ? edge.between[1] : edge.between[0];
      const latencyMs = route.latencyMs + edge.latencyMs;
      if (settled.has(next) || latencyMs >= (reached.get(next)?.latencyMs ?? Infinity)) continue;
      reached.set(next, {
        latencyMs,
        jitterMs: route.jitterMs + edge.jitterMs,
        loss: 1 - (1 - route.loss) * (1 - edge.loss),
        hops: [...route.hops, { from: nearest, firewall: edge.firewall }],
      });
    }
  }
  return settled;
}

function meshOf(sites: readonly string[], wan: LinkQuality, linked: ReadonlySet<string>): Edge[] {
  const pairs = sites.flatMap((site, at) => sites.slice(at + 1).map((other): [string, string] => [site, other]));
  return pairs.filter((between) => !linked.has(pairKey(between))).map((between) => ({ between, ...wan, firewall: [] }));
}

function pairKey(sites: readonly string[]): string {
  return sites.toSorted().join(' ');
}
