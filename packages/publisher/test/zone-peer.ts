import { hmacSigner, makeTsigKey, parseDomainName, parseMasterFile } from '@srvkit/dns';
import type { DomainName, Message, RecordType } from '@srvkit/dns';
import type { DnsClient, ExchangeOutcome, Lookup } from '@srvkit/dns-client';
import { answerQuery, applyUpdate, zoneFromRecords } from '@srvkit/test-server/zone';
import type { Journal } from '../src/journal.ts';
import { ownerJournal, withJournal } from '../src/owner-journal.ts';
import { desiredRecords, withdrawn } from '../src/plan/desired.ts';
import { publishZone } from '../src/publish-zone.ts';
import type { ZoneDone } from '../src/publish-zone.ts';
import type { TsigOutcome } from '../src/report.ts';
import { makeSigners } from '../src/signers.ts';

const apex = parseDomainName('example.org');
const signer = hmacSigner(makeTsigKey({ name: parseDomainName('key'), secret: Buffer.from('secret') }));

/** Where `publish` publishes, and what. */
export const owner = '_vlmcs._tcp.example.org.';
export const ours = '10 75 1688 kms1.example.org.';

/** What happens to the first, second, ... UPDATE; or to the queries after it. */
export type Mishap = Partial<{
  /** The server does not do it. */
  ignored: true;
  /** The server does it when the next UPDATE comes, and before that one. */
  late: true;
  /** How its reply arrives: not at all, or with this RCODE and signature. */
  reply: 'lost' | { rcode?: Message['rcode']; tsig: TsigOutcome };
  /** So many exchanges after it get no answer. */
  silent: number;
  /** Somebody else does this meanwhile. */
  meanwhile: string;
}>;

/** The servers of a zone, in memory. */
export interface Peer {
  readonly client: Pick<DnsClient, 'lookup' | 'exchange'>;
  /** How many UPDATEs came. */
  updates(): number;
  /** The SRV records at `owner`, as `ours` is written. */
  holds(): string[];
  /** How many signed questions came, by type. */
  signed(): Record<string, number>;
  /** The zone changes by somebody else. */
  becomes(lines: string): void;
}

/** Publishes one record in the zone of the peer, unless told otherwise, with the peer's name server or another, and counts the pauses. */
export async function publish(
  client: Pick<DnsClient, 'lookup' | 'exchange'>,
  options: {
    withdraw?: boolean;
    plan?: boolean;
    server?: string | undefined;
    between?: () => void;
    journal?: Journal;
    port?: number;
    retries?: number;
  },
): Promise<{ done: ZoneDone; pauses: number }> {
  const { withdraw = false, plan = false, server = 'server' in options ? options.server : '192.0.2.1:53' } = options;
  const { journal, port = 1688 } = options;
  const records = desiredRecords({
    service: '_vlmcs._tcp',
    target: parseDomainName('kms1.example.org'),
    port,
    entries: [{ domain: apex, priority: 10, weight: 75 }],
  });
  const [desired] = withJournal(withdraw ? records.map(withdrawn) : records, '_vlmcs._tcp', journal?.entries ?? []);
  let pauses = 0;
  const task = {
    desired: desired!,
    client,
    signers: makeSigners(signer, undefined),
    server,
    primaryPort: 53,
    signal: undefined,
    journal: journal === undefined ? undefined : ownerJournal(journal, desired!, () => 0),
    refresh: false,
  };
  const pause = (): Promise<void> => {
    pauses += 1;
    options.between?.();
    return Promise.resolve();
  };
  return { done: await publishZone(task, { service: '_vlmcs._tcp', plan, retries: options.retries ?? 2, pause }), pauses };
}

/** A server made of the zone functions, to which things happen. It evaluates every UPDATE, whoever signed it. */
export function makePeer(
  lines: string,
  mishaps: readonly Mishap[],
  { dead = [], says = {} }: { dead?: readonly string[]; says?: Partial<Record<string, Message['rcode']>> } = {},
): Peer {
  let zone = makeZone(lines);
  let updates = 0;
  let silent = 0;
  let late: Message | undefined;
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
      const { ignored, late: isLate, silent: next = 0, meanwhile, reply: how } = mishaps[updates] ?? {};
      updates += 1;
      if (late !== undefined) zone = applyUpdate(zone, late).zone;
      late = isLate === true ? message : undefined;
      const no = says[server];
      if (no !== undefined) return Promise.resolve(reply(server, { ...message, response: true, rcode: no }, 'verified'));
      silent = next;
      const outcome = applyUpdate(zone, message);
      if (ignored !== true && isLate !== true) zone = outcome.zone;
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
