import type { DomainName } from '@srvkit/dns';
import type { ExchangeOutcome, Lookup } from '@srvkit/dns-client';
import type { SrvRecord } from './plan/desired.ts';
import type { ZonePlan } from './plan/zone-plan.ts';
import type { PublishReport, UpdateAttempt } from './report.ts';

/** What happened on the way to one zone, in order, as it goes into the report. */
export class Trail {
  readonly attempts: UpdateAttempt[] = [];
  readonly warnings: PublishReport['warnings'][number][] = [];

  /** An UPDATE, or an exchange that failed. */
  exchange({ server, transport, rcode, tsig, warnings, clockOffsetMs }: ExchangeOutcome): void {
    this.attempts.push({ server, transport, rcode, tsig, ...(clockOffsetMs === null ? {} : { clockOffsetMs }) });
    this.warnings.push(...warnings);
    if (clockOffsetMs === null) return;
    const seconds = Math.round(Math.abs(clockOffsetMs) / 1000);
    const message = `the clock of ${server} is ${seconds} s ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} ours: set the one that is wrong`;
    this.warnings.push({ code: 'clock-offset', message });
  }

  /** An UPDATE whose answer was not waited for. */
  abandoned(server: string): void {
    this.attempts.push({ server, transport: 'tcp', rcode: null, tsig: 'none' });
  }

  /** Records that are found at the owner only as long as nothing is there. */
  wildcard({ desired, add }: ZonePlan, records: readonly SrvRecord[]): void {
    const { name, rdata: own } = desired.record;
    const isOwn = ({ rdata }: SrvRecord): boolean => rdata.port === own.port && rdata.target.equals(own.target);
    const hidden = add.length === 0 ? [] : records.filter((record) => !isOwn(record));
    if (hidden.length > 0) {
      const targets = hidden.map(({ rdata }) => rdata.target.toString()).toSorted();
      const message = `${name.toString()} is covered by a wildcard, which a record of its own hides: clients do not find ${targets.join(', ')} there any more; publish them at this name too`;
      this.warnings.push({ code: 'covered-by-wildcard', message });
    }
    if (desired.present || !records.some(isOwn)) return;
    const message = `${name.toString()} is covered by a wildcard that leads to ${own.target.toString()}, so that clients go on finding it there: remove the wildcard's record`;
    this.warnings.push({ code: 'covered-by-wildcard', message });
  }

  /** Somebody else than the primary did it. */
  otherServer(server: string, primary: DomainName): void {
    const message = `the primary ${primary.toString()} could not be used: the report is about ${server}, another name server of the zone`;
    this.warnings.push({ code: 'other-server', message });
  }

  /** A lookup that failed: every try of it. */
  lookup({ tries, warnings }: Lookup): void {
    for (const { server, transport, rcode } of tries) this.attempts.push({ server, transport, rcode, tsig: 'none' });
    this.warnings.push(...warnings);
  }
}
