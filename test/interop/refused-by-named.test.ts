import type { TsigKey } from '@srvkit/dns';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { change, E1_KEY, EAST, inEast, JUDGES, NEIGHBOUR, onlyZone, publisherFor, recordsAt, startSites } from './sites-in-named.ts';

interface Refused {
  readonly title: string;
  readonly key?: TsigKey;
  /** Seconds by which our clock is ahead. */
  readonly skew?: number;
  readonly attempt: { readonly rcode: string; readonly tsig: string };
  readonly hint: RegExp;
  readonly warning?: string;
}
const REFUSED: readonly Refused[] = [
  { title: 'no key', attempt: { rcode: 'REFUSED', tsig: 'none' }, hint: /only with a key/ },
  {
    title: 'a wrong secret',
    key: makeKey({ name: 'kms-e1', secret: 'another secret of enough octets' }),
    attempt: { rcode: 'NOTAUTH', tsig: 'unsigned' },
    hint: /has another secret for key kms-e1\./,
  },
  {
    title: 'an unknown key',
    key: makeKey({ name: 'kms-e7' }),
    attempt: { rcode: 'NOTAUTH', tsig: 'unsigned' },
    hint: /does not know key kms-e7\./,
  },
  {
    title: 'a key with another algorithm',
    key: makeKey({ name: 'kms-e1', algorithm: 'hmac-sha384' }),
    attempt: { rcode: 'NOTAUTH', tsig: 'unsigned' },
    hint: /check the name and the algorithm of the key/,
  },
  {
    title: 'a clock that is 1000 seconds slow',
    key: E1_KEY,
    skew: -1000,
    attempt: { rcode: 'NOTAUTH', tsig: 'verified' },
    hint: /set the clocks/,
    warning: 'clock-offset',
  },
  {
    title: 'a clock that is 1000 seconds fast',
    key: E1_KEY,
    skew: 1000,
    attempt: { rcode: 'NOTAUTH', tsig: 'verified' },
    hint: /set the clocks/,
    warning: 'clock-offset',
  },
];

for (const { title, key, skew = 0, attempt, hint, warning } of REFUSED) {
  judgeTest(JUDGES, `with ${title} our publisher is refused by named and says why`, async (t) => {
    const server = await startSites(t);
    await change(t, server, `update add ${NEIGHBOUR}`);
    const report = await publisherFor(server, key, { now: clock(skew) }).publish(inEast());
    t.like(onlyZone(report), { outcome: 'refused', verified: false });
    const sent = onlyZone(report).attempts.map(({ clockOffsetMs, ...rest }) => ({ ...rest, clock: clockOffsetMs !== undefined }));
    t.deepEqual(sent, [{ server, transport: 'tcp', ...attempt, clock: warning !== undefined }] as typeof sent);
    t.regex(onlyZone(report).hint ?? '', hint);
    t.deepEqual(
      report.warnings.map(({ code }) => code),
      warning === undefined ? [] : [warning],
    );
    t.deepEqual(await recordsAt(server, EAST), [NEIGHBOUR]);
  });
}

/** The system's clock, `skew` seconds ahead. */
function clock(skew: number): () => number {
  return () => Date.now() + skew * 1000;
}
