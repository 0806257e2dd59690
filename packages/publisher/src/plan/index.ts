// The pure half of publishing: from what is wanted to what has to be sent.
export { desiredRecords, withdrawn } from './desired.ts';
export type { Desired, DesiredEntry, DesiredRecord, Endpoint, SrvRecord } from './desired.ts';
export { planZone } from './zone-plan.ts';
export type { CurrentSet, ZonePlan } from './zone-plan.ts';
export { updateMessages } from './update-messages.ts';
export { nsupdateScript } from './nsupdate-script.ts';
export type { Finding, FindingCode } from './finding.ts';
