import { makeUpdate } from '@srvkit/dns';
import type { DomainName, Message, Prerequisite, UpdateOperation } from '@srvkit/dns';
import type { ZonePlan } from './zone-plan.ts';

/** Where an UPDATE goes. `id` 0 to 65535; `prerequisites` default to none: changes of different publishers commute (publish section 2). */
export interface UpdateAddress {
  readonly zone: DomainName;
  readonly id: number;
  readonly prerequisites?: readonly Prerequisite[];
}

/**
 * The UPDATE of a plan (RFC 2136 sections 2.5.1 and 2.5.4): one, or none when there is nothing to do. Deletes come first, so that a
 * record can get a new TTL by being deleted and added in the same message. No prerequisites unless given.
 */
export function updateMessages(plan: ZonePlan, { zone, id, prerequisites = [] }: UpdateAddress): readonly Message[] {
  const operations = updateOperations(plan);
  return operations.length === 0 ? [] : [makeUpdate({ id, zone, prerequisites, operations })];
}

function updateOperations(plan: ZonePlan): UpdateOperation[] {
  return [
    ...[...plan.delete, ...plan.recall].map((record): UpdateOperation => ({ kind: 'deleteRecord', record })),
    ...plan.add.map((record): UpdateOperation => ({ kind: 'add', record })),
  ];
}
