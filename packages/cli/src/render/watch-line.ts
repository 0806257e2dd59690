import type { PublishEvent, PublishReport, WatchingEvent } from '@srvkit/publisher';
import { escapeText } from './escape.ts';
import { renderPublishReport } from './publish-report.ts';
import type { Style } from './style.ts';

type Reason = Extract<WatchingEvent, { kind: 'published' }>['reason'];
type Stage = Extract<WatchingEvent, { kind: 'stage' }>['stage'];

/** One line of `publish --watch --json`. */
export type WatchLine =
  | {
      readonly event: 'watching';
      readonly service: string;
      readonly target: string;
      readonly journal: string | null;
      readonly metrics: string | null;
    }
  | { readonly event: 'published'; readonly reason: Reason; readonly report: PublishReport }
  | ({ readonly event: 'log' } & PublishEvent)
  | { readonly event: 'failed'; readonly reason: Reason; readonly message: string }
  | { readonly event: 'stage'; readonly stage: Stage }
  | { readonly event: 'settings'; readonly file: string; readonly outcome: 'read' | 'rejected'; readonly message: string | null }
  | { readonly event: 'stopped' };

const STAGE: Readonly<Record<Stage, string>> = {
  unproven: 'waiting for the service',
  inService: 'in service',
  draining: 'the service does not answer: taken out of service, asked last until clients have forgotten the old record',
  withdrawn: 'the service does not answer: withdrawn',
};

/** The same for people; ends in a newline. */
export function lineOf(line: WatchLine, style: Style): string {
  switch (line.event) {
    case 'watching':
      return `watching ${line.service} of ${line.target}${place('journal', line.journal)}${place('metrics at', line.metrics)}\n`;
    case 'published':
      return `${line.reason}: ${renderPublishReport(line.report, style)}`;
    case 'log':
      return `event ${line.id} ${line.domain}${line.id === 12_293 ? ` ${line.code.hresult} ${line.code.symbol}` : ''}\n`;
    case 'failed':
      return style.bad(`${line.reason}: failed: ${escapeText(line.message)}`) + '\n';
    case 'stage':
      return `${STAGE[line.stage]}\n`;
    case 'settings':
      return line.outcome === 'read'
        ? `settings: ${escapeText(line.file)} has changed\n`
        : style.bad(`settings: the last good ones hold, ${escapeText(line.message ?? '')}`) + '\n';
    case 'stopped':
      return 'stopped\n';
  }
}

function place(what: string, where: string | null): string {
  return where === null ? '' : `, ${what} ${escapeText(where)}`;
}
