// For everybody.
export { createPublisher } from './publisher.ts';
export type { Publisher, PublishOptions } from './publisher.ts';
export type { PublisherOptions } from './publisher-options.ts';
export { hmacSigner } from '@srvkit/dns';
// What goes on, and remembers.
export { openJournal } from './io/journal-file.ts';
export type { JournalFile, JournalFileOptions, JournalWarning } from './io/journal-file.ts';
export { JournalError, memoryJournal } from './journal.ts';
export type { Journal, JournalEntry } from './journal.ts';
export { watchPublisher } from './io/watch.ts';
export type { Watch } from './io/watch.ts';
export type { WatchingEvent, WatchOptions } from './watch-options.ts';
export { watchMetrics } from './watch-metrics.ts';
export { probeTcp } from './io/probe-tcp.ts';
// What comes back.
export { isGoodOutcome } from './report.ts';
export type { PublishReport, RecordReport, Rights, ZoneOutcome, ZoneReport } from './report.ts';
export type { PublishEvent } from './publish-event.ts';
// What goes in.
export type { Desired, DesiredEntry, Finding, FindingCode } from './plan/index.ts';
