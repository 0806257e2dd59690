import { createDnsClient } from '@srvkit/dns-client';
import { desiredRecords, withdrawn } from './plan/desired.ts';
import type { Desired, DesiredRecord } from './plan/desired.ts';
import { ownerJournal, withJournal } from './owner-journal.ts';
import { leaveZone, publishZone } from './publish-zone.ts';
import type { ZoneDone } from './publish-zone.ts';
import { publisherSettings } from './publisher-options.ts';
import type { PublisherOptions, PublisherSettings } from './publisher-options.ts';
import { worstOutcome } from './report.ts';
import type { PublishReport } from './report.ts';
import { makeSigners } from './signers.ts';
import { reportDisabled } from './zone-report.ts';

/** Options of one `publish` or `withdraw`. */
export interface PublishOptions {
  /** Rejects with its reason; what was sent may have happened: see `onUnfinished`. */
  readonly signal?: AbortSignal;
  /**
   * Told what is known before the promise rejects for the signal, or because the journal cannot be kept: the zones that are done, the one
   * that is `in-doubt`, and those where nothing was changed (`interrupted`). Must not throw.
   */
  readonly onUnfinished?: (report: PublishReport) => void;
  /** Change nothing: say what would be done, and whether the server would allow it. */
  readonly plan?: boolean;
  /** Send a record that is right already again, so that an ageing zone does not scavenge it (kms P-29). */
  readonly refresh?: boolean;
}

/**
 * Keeps one host's SRV records in DNS by UPDATE (RFC 2136), and tells the truth about it: the report says what the primary holds after the
 * change. Each call has sockets of its own and leaves none behind. Both reject with `TypeError`, `RangeError` or `ParseError` for a `Desired` that no
 * zone can hold, and with the reason of the signal; everything else is in the report.
 */
export interface Publisher {
  /** Adds this host's records and deletes its stale ones. Nobody else's record is touched. */
  publish(desired: Desired, options?: PublishOptions): Promise<PublishReport>;
  /** Deletes every record with this host's target and port, also when publishing is switched off (kms P-27). */
  withdraw(desired: Desired, options?: PublishOptions): Promise<PublishReport>;
}

/** Throws `RangeError` for an option out of its bounds, `ParseError` for a server address that is none. */
export function createPublisher(options: PublisherOptions = {}): Publisher {
  const settings = publisherSettings(options);
  return {
    publish: async (desired, publishOptions = {}) => {
      const wanted = desiredRecords({ ...desired, enabled: true });
      if (desired.enabled === false)
        return makeReport(
          desired,
          wanted.map((record) => untouched(record)),
        );
      return publishAll(settings, desired, wanted, publishOptions);
    },
    withdraw: async (desired, publishOptions = {}) =>
      publishAll(settings, desired, desiredRecords({ ...desired, enabled: true }).map(withdrawn), publishOptions),
  };
}

/** Zone after zone, whatever became of the one before: a key's messages must not overtake each other (RFC 8945 section 5.2.3). */
async function publishAll(
  settings: PublisherSettings,
  desired: Desired,
  wanted: readonly DesiredRecord[],
  { signal, plan = false, refresh = false, onUnfinished }: PublishOptions,
): Promise<PublishReport> {
  signal?.throwIfAborted();
  const { server, servers, journal, now, timeoutMs, primaryPort, retries, retryDelayMs, random, sleep } = settings;
  const client = createDnsClient({
    cache: false,
    timeoutMs,
    ...(servers === undefined ? {} : { servers }),
    now,
  });
  const signers = makeSigners(settings.signer, signal);
  const pause = (attempt: number): Promise<void> => sleep(retryDelayMs * 2 ** (attempt - 1) + random.below(retryDelayMs + 1), { signal });
  try {
    const done: ZoneDone[] = [];
    const records = journal === undefined ? wanted : withJournal(wanted, desired.service, journal.entries);
    for (const [index, record] of records.entries()) {
      const remembered = journal === undefined ? undefined : ownerJournal(journal, record, now);
      const task = { desired: record, client, signers, server, primaryPort, signal, journal: remembered, refresh };
      const zone = await publishZone(task, { service: desired.service, plan, retries, pause });
      done.push(zone);
      if (zone.endedBy === undefined) continue;
      onUnfinished?.(makeReport(desired, [...done, ...records.slice(index + 1).map(leaveZone)]));
      throw zone.endedBy.error;
    }
    return makeReport(desired, done);
  } finally {
    await signers.close();
    await client.close();
  }
}

function untouched(record: DesiredRecord): ZoneDone {
  return { report: reportDisabled(record), events: [], warnings: [] };
}

function makeReport({ service }: Desired, done: readonly ZoneDone[]): PublishReport {
  const zones = done.map(({ report }) => report);
  const warnings = done.flatMap((zone) => zone.warnings);
  if (zones.length === 0) warnings.push({ code: 'nothing-listed', message: `${service}: there is no domain to publish in` });
  const distinct = new Map(warnings.map((warning) => [warning.message, warning]));
  return {
    v: 1,
    service,
    outcome: worstOutcome(zones),
    zones,
    events: done.flatMap(({ events }) => events),
    warnings: [...distinct.values()],
  };
}
