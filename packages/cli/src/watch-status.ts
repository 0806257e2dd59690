import { watchMetrics } from '@srvkit/publisher';
import type { PublishReport, Watch, WatchingEvent } from '@srvkit/publisher';
import type { Io } from './io.ts';
import { serveStatus } from './status-server.ts';
import type { StatusPage } from './status-server.ts';
import type { PublishValues } from './wanted-records.ts';

/** `/metrics` and `/health` of one watch. */
export interface WatchStatus {
  readonly address: string;
  observe(event: WatchingEvent): void;
  /** Whose they are. */
  show(watch: Watch): void;
  close(): Promise<void>;
}

/** Begins to serve what `--metrics` asks for; undefined without it. */
export async function watchStatus({ metrics: address }: PublishValues, io: Io): Promise<WatchStatus | undefined> {
  if (address === undefined) return undefined;
  const metrics = watchMetrics(await import('prom-client')); // only whoever asks for it pays for it
  let watch: Watch | undefined;
  let last: PublishReport['outcome'] | 'failed' | null = null;
  const server = await serveStatus(address, {
    '/metrics': async () => {
      if (watch === undefined) return NOT_YET;
      return { status: 200, contentType: metrics.contentType, body: await metrics.scrape(watch.state) };
    },
    '/health': () => Promise.resolve(watch === undefined ? NOT_YET : health(watch, last)),
  });
  return {
    address: server.address,
    observe(event) {
      metrics.observe(event, io.now());
      if (event.kind === 'published') last = event.report.outcome;
      if (event.kind === 'broke') last = 'failed';
    },
    show(started) {
      watch = started;
    },
    close: () => server.close(),
  };
}

const NOT_YET: StatusPage = { status: 503, contentType: 'text/plain', body: 'starting\n' };

/** 200 while the host is in service and what it wants was published the last time. */
function health({ state }: Watch, outcome: PublishReport['outcome'] | 'failed' | null): StatusPage {
  const { stage, failures } = state;
  const isWell = stage === 'inService' && outcome !== null && failures === 0 && outcome !== 'failed';
  const body = `${JSON.stringify({ v: 1, healthy: isWell, stage, outcome, failures })}\n`;
  return { status: isWell ? 200 : 503, contentType: 'application/json', body };
}
