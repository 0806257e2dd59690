import { probeTcp, watchPublisher } from '@srvkit/publisher';
import type { Publisher, PublishReport, WatchingEvent, WatchOptions } from '@srvkit/publisher';
import { EXIT, UsageError } from './exit.ts';
import { usable } from './input-file.ts';
import type { Io } from './io.ts';
import { lineOf } from './render/watch-line.ts';
import type { WatchLine } from './render/watch-line.ts';
import { styleFor } from './render/style.ts';
import { watchFile } from './settings-watch.ts';
import { watchStatus } from './watch-status.ts';
import type { PublishValues, Wanted } from './wanted-records.ts';

/** Everything `publish --watch` needs. */
export interface WatchTask {
  readonly publisher: Publisher;
  readonly first: Wanted;
  /** The settings file as it was before `first` was read from it. */
  readonly settingsSeen: string | undefined;
  /** What the flags and the settings say now. Rejects when the settings cannot be used. */
  readonly wanted: () => Promise<Wanted>;
  /** Aborted with the reason when the journal is another publisher's by now. */
  readonly lost?: AbortSignal | undefined;
  readonly values: PublishValues;
  readonly io: Io;
}

/** Publishes until SIGINT or SIGTERM, or until the journal is lost. Settings that cannot be used are told, and the last good ones hold. */
export async function publishOnWatch({ publisher, first, settingsSeen, wanted, lost, values, io }: WatchTask): Promise<number> {
  let { warnings } = first;
  const print = (line: WatchLine): void => {
    io.stdout.write(values.json ? `${JSON.stringify(line)}\n` : lineOf(line, styleFor(io.stdout)));
  };
  const status = await watchStatus(values, io);
  const { service, target } = first.desired;
  print({ event: 'watching', service, target: target.toString(), journal: values.journal ?? null, metrics: status?.address ?? null });
  const watch = watchPublisher({
    publisher,
    desired: first.desired,
    onEvent: (event) => {
      status?.observe(event);
      linesOf(event, warnings).forEach(print);
    },
    ...optionsOf(values, lost),
  });
  status?.show(watch);
  const reread = async (file: string): Promise<void> => {
    try {
      const next = await wanted();
      ({ warnings } = next);
      print({ event: 'settings', file, outcome: 'read', message: null });
      watch.update(next.desired);
    } catch (error) {
      if (io.signal.aborted) return; // stopped while it waited for a pipe
      if (!(error instanceof UsageError)) throw error; // a defect of ours, and not of the settings
      print({ event: 'settings', file, outcome: 'rejected', message: error.message });
    }
  };
  try {
    await untilStopped({ settings: values.settings, seen: settingsSeen, signal: anyOf(io.signal, lost) }, reread);
  } finally {
    await watch.stop();
    await status?.close();
  }
  print({ event: 'stopped' });
  if (!io.signal.aborted) await usable(() => lost?.throwIfAborted());
  return EXIT.done;
}

function optionsOf(values: PublishValues, lost: AbortSignal | undefined): Partial<WatchOptions> {
  return {
    ...(lost === undefined ? {} : { signal: lost }),
    ...(values.refresh === undefined ? {} : { refreshMs: values.refresh }),
    ...(values.probe === 'tcp' ? { probe: probeTcp } : {}),
    ...(values['probe-interval'] === undefined ? {} : { probeIntervalMs: values['probe-interval'] }),
    ...(values['on-stop'] === undefined ? {} : { onStop: values['on-stop'] }),
  };
}

function anyOf(signal: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? signal : AbortSignal.any([signal, other]);
}

async function untilStopped(
  { settings, seen, signal }: { readonly settings: string | undefined; readonly seen: string | undefined; readonly signal: AbortSignal },
  reread: (file: string) => Promise<void>,
): Promise<void> {
  if (settings !== undefined) return watchFile(settings, { seen, signal }, () => reread(settings));
  await new Promise<void>((settle) => {
    if (signal.aborted) settle();
    else signal.addEventListener('abort', () => settle(), { once: true });
  });
}

function linesOf(event: WatchingEvent, warnings: PublishReport['warnings']): WatchLine[] {
  switch (event.kind) {
    case 'published': {
      const { reason, report } = event;
      const complete = { ...report, warnings: [...warnings, ...report.warnings] };
      return [{ event: 'published', reason, report: complete }, ...report.events.map((log) => ({ event: 'log', ...log }) as const)];
    }
    case 'broke':
      return [{ event: 'failed', reason: event.reason, message: event.error.message }];
    case 'stage':
      return [{ event: 'stage', stage: event.stage }];
  }
}
