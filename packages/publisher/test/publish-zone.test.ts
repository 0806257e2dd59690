import test from 'ava';
import { memoryJournal } from '../src/journal.ts';
import { makePeer, ours, owner, publish } from './zone-peer.ts';
import type { Mishap } from './zone-peer.ts';

interface Case {
  title: string;
  mishaps: readonly Mishap[];
  zone?: string;
  withdraw?: true;
  want: { outcome: string; verified: boolean; updates: number; pauses?: number; hint?: RegExp; serial?: object; holds: readonly string[] };
}

const cases: Case[] = [
  { title: 'all goes well', mishaps: [{}], want: { outcome: 'published', verified: true, updates: 1, holds: [ours] } },
  {
    title: 'the reply is lost after the change was made: the zone shows it (RFC 2136 section 7.8)',
    mishaps: [{ reply: 'lost' }],
    want: { outcome: 'published', verified: true, updates: 1, serial: { before: 1, after: 2 }, holds: [ours] },
  },
  {
    title: 'the request is lost: the next pass publishes',
    mishaps: [{ ignored: true, reply: 'lost' }, {}],
    want: { outcome: 'published', verified: true, updates: 2, pauses: 1, holds: [ours] },
  },
  {
    title: 'the server is gone after the change: the next pass finds it done, and says that we did it',
    mishaps: [{ reply: 'lost', silent: 1 }],
    want: { outcome: 'published', verified: true, updates: 1, pauses: 1, serial: { before: 1, after: 2 }, holds: [ours] },
  },
  {
    title: 'the same for a withdrawal',
    zone: `${owner} SRV ${ours}`,
    withdraw: true,
    mishaps: [{ reply: 'lost', silent: 1 }],
    want: { outcome: 'withdrawn', verified: true, updates: 1, pauses: 1, holds: [] },
  },
  {
    title: 'every request is lost: unreachable after three passes',
    mishaps: [1, 2, 3, 4].map(() => ({ ignored: true, reply: 'lost' })),
    want: { outcome: 'unreachable', verified: false, updates: 3, pauses: 2, hint: /did not answer \(timeout\)/, holds: [] },
  },
  {
    title: 'the server says yes and cannot be read afterwards: published, not verified',
    mishaps: [{ silent: 1 }],
    want: { outcome: 'published', verified: false, updates: 1, serial: { before: 1, after: null }, holds: [ours] },
  },
  {
    title: 'the server says yes and does nothing',
    mishaps: [{ ignored: true }],
    want: { outcome: 'not-applied', verified: false, updates: 1, hint: /does not show the change/, holds: [] },
  },
  {
    title: 'an alias was put there meanwhile',
    mishaps: [{ ignored: true, meanwhile: `${owner} CNAME elsewhere.example.org.` }],
    want: { outcome: 'not-applied', verified: false, updates: 1, hint: /is an alias/, holds: [] },
  },
  {
    title: "Samba's MAC decides nothing: the zone shows the record",
    mishaps: [{ reply: { tsig: 'samba-mac' } }],
    want: { outcome: 'published', verified: true, updates: 1, holds: [ours] },
  },
  {
    title: "Samba's MAC decides nothing: the zone does not show the record",
    mishaps: [{ ignored: true, reply: { tsig: 'samba-mac', rcode: 'SERVFAIL' } }],
    want: { outcome: 'not-applied', verified: false, updates: 1, holds: [] },
  },
  {
    title: 'a forged, unsigned yes is no yes',
    mishaps: [{ ignored: true, reply: { tsig: 'unsigned' } }],
    want: { outcome: 'not-applied', verified: false, updates: 1, holds: [] },
  },
  {
    title: 'an unsigned REFUSED is a refusal, and final',
    mishaps: [{ ignored: true, reply: { tsig: 'unsigned', rcode: 'REFUSED' } }],
    want: { outcome: 'refused', verified: false, updates: 1, pauses: 0, hint: /without signing/, holds: [] },
  },
  {
    title: 'our request comes back with another RCODE (Windows)',
    mishaps: [{ ignored: true, reply: { tsig: 'echoed', rcode: 'REFUSED' } }],
    want: { outcome: 'refused', verified: false, updates: 1, pauses: 0, hint: /as Windows does/, holds: [] },
  },
  {
    title: 'NOTIMP for good: three passes, refused (RFC 2136 section 4.6)',
    mishaps: [1, 2, 3, 4].map(() => ({ ignored: true, reply: { tsig: 'verified', rcode: 'NOTIMP' } })),
    want: { outcome: 'refused', verified: false, updates: 3, pauses: 2, hint: /does not take DNS UPDATE/, holds: [] },
  },
  {
    title: 'SERVFAIL once',
    mishaps: [{ ignored: true, reply: { tsig: 'verified', rcode: 'SERVFAIL' } }, {}],
    want: { outcome: 'published', verified: true, updates: 2, pauses: 1, holds: [ours] },
  },
];

for (const { title, mishaps, zone = '', withdraw, want } of cases) {
  test(`a pass over a zone: ${title}`, async (t) => {
    const peer = makePeer(zone, mishaps);
    const { done, pauses } = await publish(peer.client, { withdraw: withdraw === true });
    const { outcome, verified, serial, hint = '' } = done.report;
    t.deepEqual(
      { outcome, verified, updates: peer.updates(), pauses, holds: peer.holds() },
      { outcome: want.outcome, verified: want.verified, updates: want.updates, pauses: want.pauses ?? 0, holds: [...want.holds] },
    );
    if (want.serial !== undefined) t.like(serial, want.serial);
    t.regex(hint, want.hint ?? /^/);
    t.is(done.report.attempts.length, want.updates + (mishaps[0]?.silent ?? 0));
  });
}

test('questions are signed too, because a server may choose its view by the key; the walk to the zone included', async (t) => {
  const peer = makePeer('', [{}]);
  await publish(peer.client, {});
  t.deepEqual(peer.signed(), { SOA: 5, SRV: 2 });
});

test('a plan at a server that looks at prerequisites first says nothing about rights (Samba)', async (t) => {
  const peer = makePeer('', []);
  const { done } = await publish(peer.client, { plan: true });
  t.deepEqual([done.report.outcome, done.report.rights, peer.updates(), peer.holds()], ['planned', 'inconclusive', 3, []]);
});

// A slow server: the UPDATE that got no answer is done after the zone was read again, and before the next UPDATE (RFC 2136 section 3.7).
const LATE: Mishap = { late: true, reply: 'lost' };

test('what is in doubt is withdrawn although the zone does not show it: it may still come', async (t) => {
  const journal = memoryJournal();
  const peer = makePeer('', [LATE, {}]);
  const lost = await publish(peer.client, { journal, retries: 0 });
  t.deepEqual([lost.done.report.outcome, journal.entries.map(({ state }) => state)], ['unreachable', ['intended']]);
  const { done } = await publish(peer.client, { journal, withdraw: true });
  t.like(done.report, { outcome: 'unchanged', verified: true, add: [], delete: [] });
  t.deepEqual([peer.updates(), peer.holds(), journal.entries], [2, [], []]);
});

test('what is in doubt at another port goes in the same UPDATE in which the new one comes', async (t) => {
  const journal = memoryJournal();
  const peer = makePeer('', [LATE, {}]);
  await publish(peer.client, { journal, retries: 0 });
  const { done } = await publish(peer.client, { journal, port: 1689 });
  t.is(done.report.outcome, 'published');
  t.deepEqual([peer.updates(), peer.holds()], [2, ['10 75 1689 kms1.example.org.']]);
  t.deepEqual(
    journal.entries.map(({ port, state }) => `${port} ${state}`),
    ['1689 published'],
  );
});

test('what is in doubt is withdrawn again when the answer to that gets lost too, and stays in doubt until there is one', async (t) => {
  const journal = memoryJournal();
  const silent: Mishap = { ignored: true, reply: 'lost' };
  const peer = makePeer('', [silent, silent, silent, silent, {}]);
  await publish(peer.client, { journal, retries: 0 });
  const { done } = await publish(peer.client, { journal, withdraw: true });
  t.deepEqual([done.report.outcome, peer.updates(), journal.entries.length], ['unreachable', 4, 1]);
  t.is((await publish(peer.client, { journal, withdraw: true })).done.report.outcome, 'unchanged');
  t.deepEqual([peer.updates(), journal.entries], [5, []]);
});

test('what a withdrawal in doubt may still take away is sent again although the zone shows it', async (t) => {
  const journal = memoryJournal();
  const peer = makePeer('', [{}, LATE, {}]);
  await publish(peer.client, { journal });
  const lost = await publish(peer.client, { journal, withdraw: true, retries: 0 });
  t.deepEqual([lost.done.report.outcome, journal.entries.map(({ state }) => state)], ['unreachable', ['intended']]);
  const { done } = await publish(peer.client, { journal });
  t.is(done.report.outcome, 'unchanged');
  t.deepEqual([peer.updates(), peer.holds(), journal.entries.map(({ state }) => state)], [3, [ours], ['published']]);
});
