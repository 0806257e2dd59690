// For everybody.
export { createPublisher } from './publisher.ts';
export type { Publisher, PublishOptions } from './publisher.ts';
export type { PublisherOptions } from './publisher-options.ts';
export { hmacSigner } from '@srvkit/dns';
// What comes back.
export type { PublishReport, RecordReport, Rights, TsigOutcome, UpdateAttempt, ZoneOutcome, ZoneReport } from './report.ts';
export type { EventCode, PublishEvent } from './publish-event.ts';
// What goes in.
export type { Desired, DesiredEntry, Finding, FindingCode, TtlPolicy } from './plan/index.ts';
