import type { DomainName } from '@srvkit/dns';
import type { Journal, JournalEntry } from './journal.ts';
import { parseService, withdrawn } from './plan/desired.ts';
import type { DesiredRecord, Endpoint } from './plan/desired.ts';
import type { ZonePlan } from './plan/zone-plan.ts';

/** The journal of one owner name while it is published. */
export interface OwnerJournal {
  /** Before an UPDATE: what it will put there. Rejects when the journal cannot be kept, and then no UPDATE goes out. */
  intend(plan: ZonePlan, zone: DomainName): Promise<void>;
  /** The zone was seen to hold what was wanted, and nothing else of ours. */
  conclude(plan: ZonePlan, zone: DomainName): Promise<void>;
  /** Nothing was sent, or all of it was refused: takes the intention back, so that a record of somebody else's there is not taken for ours later. */
  revoke(): Promise<void>;
}

/** What is wanted, knowing what this host published before: old endpoints of an owner, and owners that are not wanted any more (kms P-28). */
export function withJournal(wanted: readonly DesiredRecord[], service: string, entries: readonly JournalEntry[]): readonly DesiredRecord[] {
  const of = (owner: DomainName): readonly JournalEntry[] => entries.filter((entry) => entry.owner.equals(owner));
  const known = wanted.map((desired) => ({ ...desired, ...remembered(of(desired.record.name)) }));
  const prefix = parseService(service);
  const left = new Map<string, DesiredRecord>();
  for (const entry of entries) {
    const { owner, domain } = entry;
    if (left.has(owner.key) || !owner.equals(prefix.under(domain)) || wanted.some(({ record }) => record.name.equals(owner))) continue;
    left.set(owner.key, { ...leftover(entry), ...remembered(of(owner)) });
  }
  return [...known, ...left.values()];
}

function remembered(entries: readonly JournalEntry[]): Pick<DesiredRecord, 'formerly' | 'inDoubt'> {
  const rdata = entries.map(({ priority, weight, port, target }) => ({ type: 'SRV', priority, weight, port, target }) as const);
  return { formerly: rdata, inDoubt: rdata.filter((_, index) => entries[index]?.state === 'intended') };
}

/** A record whose domain is not published in any more: it goes. */
function leftover({ domain, owner, target, port, priority, weight }: JournalEntry): DesiredRecord {
  return withdrawn({
    domain,
    record: { name: owner, type: 'SRV', class: 'IN', ttl: 0, rdata: { type: 'SRV', priority, weight, port, target } },
    present: false,
    ttlPolicy: 'keep',
    replacePort: undefined,
    formerly: [],
    inDoubt: [],
    draining: false,
    findings: [],
  });
}

/** Keeps the entries of one owner in step with what is done to it. */
export function ownerJournal(journal: Journal, { domain, record }: DesiredRecord, now: () => number): OwnerJournal {
  const owner = record.name;
  const before = journal.entries.filter((entry) => entry.owner.equals(owner));
  const entry = ({ ours }: ZonePlan, zone: DomainName, state: JournalEntry['state']): JournalEntry[] => {
    if (ours === undefined) return [];
    const { target, port, priority, weight } = ours.rdata;
    return [{ domain, owner, target, port, priority, weight, zone, at: Math.floor(now()), state }];
  };
  let intended = false;
  return {
    async intend(plan, zone) {
      const [next] = entry(plan, zone, 'intended');
      intended = true;
      // What is deleted is known already, or is ours by its name. Whether it is still there is in doubt from now on.
      if (next === undefined)
        return journal.replace(
          owner,
          before.map((other) => ({ ...other, state: 'intended' })),
        );
      await journal.replace(owner, [...before.filter((other) => !isSame(other, next)), next]);
    },
    async conclude(plan, zone) {
      intended = false;
      await journal.replace(owner, entry(plan, zone, 'published'));
    },
    async revoke() {
      if (!intended) return;
      intended = false;
      await journal.replace(owner, before);
    },
  };
}

function isSame(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && a.target.equals(b.target);
}
