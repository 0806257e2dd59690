import test from 'ava';
import type { Message } from '@srvkit/dns';
import { makePeer, ours, owner, publish } from './zone-peer.ts';

// The zone has the name servers ns (the primary, 192.0.2.1) and ns2 (192.0.2.2).
const two = 'ns A 192.0.2.1\nns2 A 192.0.2.2\n@ NS ns2';
const first = '192.0.2.1:53';
const second = '192.0.2.2:53';

test('an address of the primary that does not answer is passed over', async (t) => {
  const peer = makePeer('ns A 192.0.2.1\nns A 192.0.2.2', [{}], { dead: [first] });
  const { done, pauses } = await publish(peer.client, { server: undefined });
  t.deepEqual([done.report.outcome, done.report.primary, pauses], ['published', '192.0.2.2:53', 0]);
  t.deepEqual(done.report.attempts[0], { server: '192.0.2.1:53', transport: 'tcp', rcode: null, tsig: 'none' });
});

const others: {
  title: string;
  lines?: string;
  dead?: string[];
  says?: Record<string, Message['rcode']>;
  want: [outcome: string, primary: string, pauses: number];
}[] = [
  { title: 'a dead primary', dead: [first], want: ['published', second, 0] },
  { title: 'SERVFAIL of the primary', says: { [first]: 'SERVFAIL' }, want: ['published', second, 0] },
  { title: 'NOTIMP of the primary', says: { [first]: 'NOTIMP' }, want: ['published', second, 0] },
  { title: 'a primary without an address', lines: 'ns2 A 192.0.2.2\n@ NS ns2', want: ['published', second, 0] },
];
for (const { title, lines = two, dead = [], says = {}, want } of others) {
  test(`after ${title} the other name server of the zone is tried (RFC 2136 section 4.6)`, async (t) => {
    const peer = makePeer(lines, [], { dead, says });
    const { done, pauses } = await publish(peer.client, { server: undefined });
    t.deepEqual([done.report.outcome, done.report.primary, pauses], want);
    t.deepEqual(
      done.warnings.map(({ code }) => code),
      ['other-server'],
    );
    t.deepEqual(peer.holds(), [ours]);
  });
}

test('a name server that hands the UPDATE on shows it later: the next pass finds it done, and says that we did it', async (t) => {
  const peer = makePeer(two, [{ ignored: true }], { dead: [first] });
  const between = (): void => peer.becomes(`${two}\n${owner} SRV ${ours}`);
  const { done, pauses } = await publish(peer.client, { server: undefined, between });
  t.deepEqual([done.report.outcome, done.report.primary, done.report.verified, pauses, peer.updates()], ['published', second, true, 1, 1]);
});

test('a name server that takes the UPDATE and never shows it has not applied it', async (t) => {
  const peer = makePeer(
    two,
    [1, 2, 3].map(() => ({ ignored: true })),
    { dead: [first] },
  );
  const { done, pauses } = await publish(peer.client, { server: undefined });
  t.deepEqual([done.report.outcome, done.report.primary, done.report.verified, pauses], ['not-applied', second, false, 2]);
  t.regex(done.report.hint ?? '', /^192\.0\.2\.2:53 took the change, perhaps for the primary/);
});

test('REFUSED by the primary is final: no other server is asked (RFC 2136 section 4.5)', async (t) => {
  const peer = makePeer(two, [], { says: { [first]: 'REFUSED' } });
  const { done, pauses } = await publish(peer.client, { server: undefined });
  t.deepEqual([done.report.outcome, done.report.primary, pauses, peer.updates()], ['refused', first, 0, 1]);
});

test('that a secondary does not take updates is no answer for the primary that is down: tried again, unreachable', async (t) => {
  const peer = makePeer(two, [], { dead: [first], says: { [second]: 'NOTAUTH' } });
  const { done, pauses } = await publish(peer.client, { server: undefined });
  t.deepEqual([done.report.outcome, done.report.primary, pauses], ['unreachable', first, 2]);
  t.regex(done.report.hint ?? '', /^192\.0\.2\.1:53 did not answer/);
  t.deepEqual(
    done.report.attempts.map(({ server, rcode }) => `${server} ${rcode ?? '-'}`),
    [1, 2, 3].flatMap(() => [`${first} -`, `${second} NOTAUTH`]),
  );
});

test('a server that was named is the only one that is tried', async (t) => {
  const peer = makePeer(two, [], { dead: [first] });
  const { done } = await publish(peer.client, { server: first });
  t.deepEqual([done.report.outcome, peer.holds()], ['unreachable', []]);
});
