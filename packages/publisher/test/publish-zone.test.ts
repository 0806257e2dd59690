import test from 'ava';
import { hmacSigner, makeTsigKey, parseDomainName, parseMasterFile } from '@srvkit/dns';
import type { DomainName, Message, RecordType } from '@srvkit/dns';
import type { DnsClient, ExchangeOutcome, Lookup } from '@srvkit/dns-client';
import { answerQuery, applyUpdate, zoneFromRecords } from '@srvkit/test-server/zone';
import { desiredRecords, withdrawn } from '../src/plan/desired.ts';
import { publishZone } from '../src/publish-zone.ts';
import type { ZoneDone } from '../src/publish-zone.ts';
import type { TsigOutcome } from '../src/report.ts';
import { makeSigners } from '../src/signers.ts';

const apex = parseDomainName('example.org');
const owner = '_vlmcs._tcp.example.org.';
const signer = hmacSigner(makeTsigKey({ name: parseDomainName('key'), secret: Buffer.from('secret') }));

/** What happens to the first, second, ... UPDATE; or to the queries after it. */
type Mishap = Partial<{
  /** The server does not do it. */
  ignored: true;
  /** How its reply arrives: not at all, or with this RCODE and signature. */
  reply: 'lost' | { rcode?: Message['rcode']; tsig: TsigOutcome };
  /** So many exchanges after it get no answer. */
  silent: number;
  /** Somebody else does this meanwhile. */
  meanwhile: string;
}>;

interface Case {
  title: string;
  mishaps: readonly Mishap[];
  zone?: string;
  withdraw?: true;
  want: { outcome: string; verified: boolean; updates: number; pauses?: number; hint?: RegExp; serial?: object; holds: readonly string[] };
}

const ours = '10 75 1688 kms1.example.org.';
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
  test(`Zone: ${title}`, async (t) => {
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

test('Zone: an address of the primary that does not answer is passed over', async (t) => {
  const peer = makePeer('ns A 192.0.2.1\nns A 192.0.2.2', [{}], { dead: [first] });
  const { done, pauses } = await publish(peer.client, { server: undefined });
  t.deepEqual([done.report.outcome, done.report.primary, pauses], ['published', '192.0.2.2:53', 0]);
  t.deepEqual(done.report.attempts[0], { server: '192.0.2.1:53', transport: 'tcp', rcode: null, tsig: 'none' });
});

// The zone has the name servers ns (the primary, 192.0.2.1) and ns2 (192.0.2.2).
const two = 'ns A 192.0.2.1\nns2 A 192.0.2.2\n@ NS ns2';
const first = '192.0.2.1:53';
const second = '192.0.2.2:53';
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
  test(`Zone: after ${title} the other name server of the zone is tried (RFC 2136 section 4.6)`, async (t) => {
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

test('Zone: a name server that hands the UPDATE on shows it later: the next pass finds it done, and says that we did it', async (t) => {
  const peer = makePeer(two, [{ ignored: true }], { dead: [first] });
  const between = (): void => peer.becomes(`${two}\n${owner} SRV ${ours}`);
  const { done, pauses } = await publish(peer.client, { server: undefined, between });
  t.deepEqual([done.report.outcome, done.report.primary, done.report.verified, pauses, peer.updates()], ['published', second, true, 1, 1]);
});

test('Zone: a name server that takes the UPDATE and never shows it', async (t) => {
  const peer = makePeer(
    two,
    [1, 2, 3].map(() => ({ ignored: true })),
    { dead: [first] },
  );
  const { done, pauses } = await publish(peer.client, { server: undefined });
  t.deepEqual([done.report.outcome, done.report.primary, done.report.verified, pauses], ['not-applied', second, false, 2]);
  t.regex(done.report.hint ?? '', /^192\.0\.2\.2:53 took the change, perhaps for the primary/);
});

test('Zone: REFUSED by the primary is final: no other server is asked (RFC 2136 section 4.5)', async (t) => {
  const peer = makePeer(two, [], { says: { [first]: 'REFUSED' } });
  const { done, pauses } = await publish(peer.client, { server: undefined });
  t.deepEqual([done.report.outcome, done.report.primary, pauses, peer.updates()], ['refused', first, 0, 1]);
});

test('Zone: that a secondary does not take updates is no answer for the primary that is down: tried again, unreachable', async (t) => {
  const peer = makePeer(two, [], { dead: [first], says: { [second]: 'NOTAUTH' } });
  const { done, pauses } = await publish(peer.client, { server: undefined });
  t.deepEqual([done.report.outcome, done.report.primary, pauses], ['unreachable', first, 2]);
  t.regex(done.report.hint ?? '', /^192\.0\.2\.1:53 did not answer/);
  t.deepEqual(
    done.report.attempts.map(({ server, rcode }) => `${server} ${rcode ?? '-'}`),
    [1, 2, 3].flatMap(() => [`${first} -`, `${second} NOTAUTH`]),
  );
});

test('Zone: a server that was named is the only one that is tried', async (t) => {
  const peer = makePeer(two, [], { dead: [first] });
  const { done } = await publish(peer.client, { server: first });
  t.deepEqual([done.report.outcome, peer.holds()], ['unreachable', []]);
});

test('Zone: questions are signed too, because a server may choose its view by the key; the walk to the zone included', async (t) => {
  const peer = makePeer('', [{}]);
  await publish(peer.client, {});
  t.deepEqual(peer.signed(), { SOA: 5, SRV: 2 });
});

test('Zone: a plan at a server that looks at prerequisites first says nothing about rights (Samba)', async (t) => {
  const peer = makePeer('', []);
  const { done } = await publish(peer.client, { plan: true });
  t.deepEqual([done.report.outcome, done.report.rights, peer.updates(), peer.holds()], ['planned', 'inconclusive', 3, []]);
});

async function publish(
  client: Pick<DnsClient, 'lookup' | 'exchange'>,
  options: { withdraw?: boolean; plan?: boolean; server?: string | undefined; between?: () => void },
): Promise<{ done: ZoneDone; pauses: number }> {
  const { withdraw = false, plan = false, server = 'server' in options ? options.server : '192.0.2.1:53' } = options;
  const [desired] = desiredRecords({
    service: '_vlmcs._tcp',
    target: parseDomainName('kms1.example.org'),
    port: 1688,
    entries: [{ domain: apex, priority: 10, weight: 75 }],
  });
  let pauses = 0;
  const task = {
    desired: withdraw ? withdrawn(desired!) : desired!,
    client,
    signers: makeSigners(signer, undefined),
    server,
    primaryPort: 53,
    signal: undefined,
    journal: undefined,
    refresh: false,
  };
  const pause = (): Promise<void> => {
    pauses += 1;
    options.between?.();
    return Promise.resolve();
  };
  return { done: await publishZone(task, { service: '_vlmcs._tcp', plan, retries: 2, pause }), pauses };
}

/** A server made of the zone functions, to which things happen. It evaluates every UPDATE, whoever signed it. */
function makePeer(
  lines: string,
  mishaps: readonly Mishap[],
  { dead = [], says = {} }: { dead?: readonly string[]; says?: Partial<Record<string, Message['rcode']>> } = {},
) {
  let zone = makeZone(lines);
  let updates = 0;
  let silent = 0;
  const signed: Record<string, number> = {};
  const client: Pick<DnsClient, 'lookup' | 'exchange'> = {
    lookup: (name, type) => Promise.resolve(lookupIn(zone, name, type)),
    exchange: (message, { server, signer: used }) => {
      if (message.opcode !== 'UPDATE') {
        const lost = dead.includes(server) || silent > 0;
        silent = Math.max(0, silent - 1);
        if (lost) return Promise.resolve(noReply(server));
        const [question] = message.question;
        if (used !== undefined && question !== undefined) signed[question.type] = (signed[question.type] ?? 0) + 1;
        const tsig = used === undefined ? 'none' : 'verified';
        return Promise.resolve(reply(server, answerQuery(new Map([[apex.key, zone]]), message), tsig));
      }
      const { ignored, silent: next = 0, meanwhile, reply: how } = mishaps[updates] ?? {};
      updates += 1;
      const no = says[server];
      if (no !== undefined) return Promise.resolve(reply(server, { ...message, response: true, rcode: no }, 'verified'));
      silent = next;
      const outcome = applyUpdate(zone, message);
      if (ignored !== true) zone = outcome.zone;
      if (meanwhile !== undefined) zone = makeZone(meanwhile);
      if (how === 'lost') return Promise.resolve(noReply(server));
      const { rcode = outcome.rcode, tsig = used === undefined ? 'none' : 'verified' } = how ?? {};
      return Promise.resolve(reply(server, { ...message, response: true, rcode }, tsig));
    },
  };
  const holds = (): string[] =>
    (zone.rrset(parseDomainName(owner), 'SRV')?.records ?? []).map(({ rdata }) =>
      rdata.type === 'SRV' ? `${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}` : '',
    );
  const becomes = (lines: string): void => {
    zone = makeZone(lines);
  };
  return { client, updates: () => updates, holds, signed: () => signed, becomes };
}

function makeZone(lines: string): ReturnType<typeof zoneFromRecords> {
  return zoneFromRecords(parseMasterFile(`$ORIGIN example.org.\n$TTL 3600\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\n${lines}\n`));
}

function lookupIn(zone: ReturnType<typeof zoneFromRecords>, name: DomainName, type: RecordType): Lookup {
  const records = zone.rrset(name, type)?.records ?? [];
  const evidence = { name, type, records, additional: [], chain: [], dropped: [], warnings: [], tries: [], rcode: 'NOERROR' } as const;
  const about = { ...evidence, server: '192.0.2.1:53', authoritative: true, cached: false, stale: false };
  return records.length > 0 ? { kind: 'records', ttl: 1, ...about } : { kind: 'nodata', ttl: 1, soa: zone.soa, ...about };
}

function reply(server: string, message: Message, tsig: TsigOutcome): ExchangeOutcome {
  const evidence = {
    server,
    transport: 'tcp',
    ms: 1,
    rcode: message.rcode,
    tsigError: null,
    clockOffsetMs: null,
    warnings: [],
    message,
  } as const;
  return tsig === 'verified' || tsig === 'none' ? { kind: 'answered', tsig, ...evidence } : { kind: 'unverified', tsig, ...evidence };
}

function noReply(server: string): ExchangeOutcome {
  const evidence = { server, transport: 'tcp', ms: 1, tsigError: null, clockOffsetMs: null, warnings: [] } as const;
  return { kind: 'failed', why: 'timeout', rcode: null, tsig: 'none', ...evidence };
}
