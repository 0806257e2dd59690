import type { Candidate, DiscoveryRequest } from '@srvkit/discovery';
import type { Sign } from './host-state.ts';
import type { PassContext } from './pass-context.ts';
import { FleetFailures } from './fleet-failures.ts';
import type { Demotion } from './resolution.ts';

/** Says how an attempt ended for the health of its host. The first word counts. */
export type Report = (sign: Sign) => void;

/** What one pass knows of the health of hosts, and what it finds out: for this resolver, and for those who share a store with it. */
export class HostReports {
  readonly #context: PassContext;
  readonly #shared: FleetFailures | undefined;
  /** The request with the hosts to be tried last. */
  readonly request: DiscoveryRequest;

  constructor(context: PassContext) {
    const { ports, request } = context;
    this.#context = context;
    this.#shared = ports.failures && ports.health && new FleetFailures(ports.failures, context);
    this.request = this.#shared?.demotedIn(request) ?? request;
  }

  /** Settles when hosts may be drawn; undefined when they may at once. Never rejects. */
  get known(): Promise<void> | undefined {
    return this.#shared?.known;
  }

  begin(candidate: Candidate): Report {
    const { ports, request } = this.#context;
    const trial = ports.health?.begin(candidate, request.service);
    let isSaid = false;
    return (sign) => {
      if (isSaid) return;
      isSaid = true;
      const change = trial?.(sign);
      this.#shared?.tell(candidate, change, sign === 'alive');
    };
  }

  /** Settles when others are told; undefined when nobody is. Never rejects. */
  get told(): Promise<void> | undefined {
    return this.#shared?.told();
  }

  /** What is held against a host that is put last. */
  demotionsOf({ name, port }: Candidate): readonly Demotion[] {
    const { ports } = this.#context;
    const own = name === null ? undefined : ports.health?.demotion(name, port);
    const shared = name === null ? undefined : this.#shared?.demotion(name, port);
    const demotions: Demotion[] = [];
    if (own !== undefined) demotions.push({ from: 'own', failures: own.failures, until: Math.round(ports.timers.now() + own.leftMs) });
    if (shared !== undefined) demotions.push({ from: 'shared', failures: shared.failures, until: shared.until });
    return demotions.length > 0 ? demotions : [{ from: 'request', failures: null, until: null }];
  }
}
