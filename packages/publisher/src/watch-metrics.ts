import { isGoodOutcome } from './report.ts';
import type { PublishReport } from './report.ts';
import type { WatchingEvent } from './watch-options.ts';
import { nextPublishAt } from './watch-state.ts';
import type { WatchState } from './watch-state.ts';

/** The part of the package prom-client (15) that is used: pass the package itself. */
export interface PromClient {
  readonly Registry: new () => PromRegistry;
  readonly Counter: new (settings: MetricSettings) => { inc(labels: Record<string, string>): void };
  readonly Gauge: new (settings: MetricSettings) => { set(labels: Record<string, string>, value: number): void };
}

interface PromRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
}

interface MetricSettings {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  // The registry that was made by the same package, which knows more of it than we do.
  readonly registers: never[];
}

/** Metrics of one watch, in a registry of their own. */
export interface WatchMetrics {
  readonly contentType: string;
  /** To be told every event of the watch. `at` in epoch ms. */
  observe(event: WatchingEvent, at: number): void;
  /** In the text format of Prometheus. */
  scrape(state: WatchState): Promise<string>;
}

/** Publishes by outcome and domain, the last success, the offset of the server's clock, whether the host is in service, and the next publish. */
export function watchMetrics({ Registry, Counter, Gauge }: PromClient): WatchMetrics {
  const registry = new Registry();
  const about = (name: string, help: string, ...labelNames: string[]): MetricSettings => ({
    name: `srvkit_publish_${name}`,
    help,
    labelNames,
    registers: [registry as never],
  });
  const zones = new Counter(about('zones_total', 'Publishes of a domain, by what they came to.', 'domain', 'outcome'));
  const broken = new Counter(about('failures_total', 'Publishes that could not be done for a reason on this machine.', 'reason'));
  const success = new Gauge(about('last_success_timestamp_seconds', 'When a domain was last seen to hold what it shall.', 'domain'));
  const offset = new Gauge(
    about('clock_offset_seconds', 'How far the clock of a server is ahead of ours; 0 while it takes our signatures.', 'server'),
  );
  const inService = new Gauge(about('in_service', 'Whether this host is published with its own numbers.'));
  const nextPublish = new Gauge(about('next_timestamp_seconds', 'When the next publish is due.'));

  const report = ({ zones: reports }: PublishReport, at: number): void => {
    for (const { domain, outcome, attempts } of reports) {
      zones.inc({ domain, outcome });
      if (isGoodOutcome(outcome)) success.set({ domain }, at / 1000);
      for (const { server, tsig, clockOffsetMs } of attempts) {
        if (tsig === 'verified') offset.set({ server }, (clockOffsetMs ?? 0) / 1000);
      }
    }
  };
  return {
    contentType: registry.contentType,
    observe(event, at) {
      if (event.kind === 'published') report(event.report, at);
      if (event.kind === 'broke') broken.inc({ reason: event.reason });
    },
    scrape(state) {
      inService.set({}, state.stage === 'inService' ? 1 : 0);
      const at = nextPublishAt(state);
      if (at !== undefined) nextPublish.set({}, at / 1000);
      return registry.metrics();
    },
  };
}
