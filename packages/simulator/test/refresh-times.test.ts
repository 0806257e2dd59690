import { parseDomainName } from '@srvkit/dns';
import type { Desired } from '@srvkit/publisher/plan';
import test from 'ava';
import { RefreshTimes } from '../src/estate/refresh-times.ts';

const RECORD: Desired = { service: '_vlmcs._tcp', target: parseDomainName('kms-1.contoso.com'), port: 1688, entries: [] };
const PERIODS = { noRefreshMinutes: 100, refreshMinutes: 50, everyMinutes: 10 };

/** Minutes of refreshes and of scavengings, and whether the last of these removes the record. */
const ROWS: readonly (readonly [title: string, refreshedAt: readonly number[], scavengedAt: number, isRemoved: boolean])[] = [
  ['a record stays for both periods', [], 149, false],
  ['and goes when they have passed', [], 150, true],
  ['a refresh inside the no-refresh period is not stored', [99], 150, true],
  ['one at its end is, and both periods begin again', [100], 249, false],
  ['for just as long', [100], 250, true],
];

for (const [title, refreshedAt, scavengedAt, isRemoved] of ROWS) {
  test(`scavenging: ${title} (kms P-29)`, (t) => {
    const times = new RefreshTimes(PERIODS);
    times.changed('kms-1', RECORD, 0);
    for (const minute of refreshedAt) times.refreshed('kms-1', RECORD, minute);
    t.is(times.takeExpired(scavengedAt).length, isRemoved ? 1 : 0);
    t.is(times.takeExpired(scavengedAt).length, 0);
  });
}
