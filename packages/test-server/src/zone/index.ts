// Zones as values: what a server answers from, and what an UPDATE changes. Nothing here touches the network or a clock.
export { parseZone } from './parse-zone.ts';
export { zoneFromRecords } from './zone-from-records.ts';
export { answerQuery } from './answer-query.ts';
export { applyUpdate } from './apply-update.ts';
export type { UpdateOutcome } from './apply-update.ts';
export { findZone, Zone } from './zone.ts';
export type { Zones } from './zone.ts';
export type { RRset } from './rrset.ts';
