import type { TsigKey } from '@srvkit/dns';
import { createTestServer } from '@srvkit/test-server';
import { makeKey } from './key.ts';
import { runKnot } from './knot.ts';
import { runNamed } from './named.ts';
import { refuseRecords, runPowerDns } from './power-dns.ts';
import type { Program } from './program.ts';

/** May change SRV records, and nothing else where the server can say so. */
export const PUBLISHER: TsigKey = makeKey({ name: 'publisher' });
/** Known, and allowed nothing. */
export const STRANGER: TsigKey = makeKey({ name: 'stranger' });
const KEYS = [PUBLISHER, STRANGER];
const POLICY = ['grant publisher. zonesub SRV'];

export interface ZoneFile {
  readonly origin: string;
  readonly text: string;
}

/** A server that runs. */
export interface Serving {
  readonly address: string;
  stop(): Promise<void>;
}

/** How a request ends: the RCODE, and what the signature of the reply is worth. */
export type Refusal = `${'REFUSED' | 'NOTAUTH' | 'SERVFAIL'} ${'verified' | 'unsigned' | 'none'}`;

/** What takes UPDATEs, and in what servers differ (publish section 4): data, so that the battery has no ifs. */
export interface UpdateServer {
  readonly name: string;
  readonly programs: readonly Program[];
  /** Starts it; in the same folder a second time it goes on with what it had. */
  start(folder: string, zones: readonly ZoneFile[]): Promise<Serving>;
  /** Starts it so that it can store no change. */
  startUnable(folder: string, zones: readonly ZoneFile[]): Promise<Serving>;
  readonly says: {
    readonly unsigned: Refusal;
    readonly unknownKey: Refusal;
    readonly wrongSecret: Refusal;
    readonly otherAlgorithm: Refusal;
    readonly wrongClock: Refusal;
    readonly stranger: Refusal;
    /** When it is asked for the SOA of a zone that is not its own. */
    readonly foreignZone: 'REFUSED' | 'NXDOMAIN';
    /** To an UPDATE of a zone that is not its own. */
    readonly foreignUpdate: Refusal;
    readonly cannotStore: Refusal;
  };
  /** Whether its BADTIME is proven, so that the offset is known. */
  readonly tellsTime: boolean;
  /** Whether records from a file keep their capital letters. */
  readonly keepsLetters: boolean;
  /** Whether it answers for names of every octet, and not SERVFAIL for some. */
  readonly answersEveryName: boolean;
  /** Whether a DNAME makes aliases of the names below it. */
  readonly followsDname: boolean;
}

/** The servers of the battery. */
export const UPDATE_SERVERS: readonly UpdateServer[] = [
  {
    name: 'named',
    programs: ['named', 'dig'],
    start: (folder, zones) => runNamed(folder, { keys: KEYS, zones: zones.map((zone) => ({ ...zone, updatePolicy: POLICY })) }),
    startUnable: (folder, zones) => {
      const statements = 'journal "no-such-folder/journal";';
      return runNamed(folder, { keys: KEYS, zones: zones.map((zone) => ({ ...zone, updatePolicy: POLICY, statements })) });
    },
    says: {
      unsigned: 'REFUSED none',
      unknownKey: 'NOTAUTH unsigned',
      wrongSecret: 'NOTAUTH unsigned',
      otherAlgorithm: 'NOTAUTH unsigned',
      wrongClock: 'NOTAUTH verified',
      stranger: 'REFUSED verified',
      foreignZone: 'REFUSED',
      foreignUpdate: 'NOTAUTH verified',
      cannotStore: 'SERVFAIL verified',
    },
    tellsTime: true,
    keepsLetters: true,
    answersEveryName: true,
    followsDname: true,
  },
  {
    name: 'knotd',
    programs: ['knotd', 'dig'],
    start: (folder, zones) => runKnot(folder, { zones, keys: KEYS, publisherKey: 'publisher.' }),
    startUnable: (folder, zones) => runKnot(folder, { zones, keys: KEYS, publisherKey: 'publisher.', journal: '/dev/null/journal' }),
    says: {
      unsigned: 'NOTAUTH none',
      unknownKey: 'NOTAUTH unsigned',
      wrongSecret: 'NOTAUTH unsigned',
      otherAlgorithm: 'NOTAUTH unsigned',
      wrongClock: 'NOTAUTH verified',
      stranger: 'NOTAUTH unsigned',
      foreignZone: 'REFUSED',
      foreignUpdate: 'NOTAUTH unsigned',
      cannotStore: 'SERVFAIL verified',
    },
    tellsTime: true,
    keepsLetters: false,
    answersEveryName: true,
    followsDname: true,
  },
  {
    name: 'PowerDNS',
    programs: ['pdns_server', 'pdnsutil', 'sqlite3', 'dig'],
    start: (folder, zones) => runPowerDns(folder, { zones, keys: KEYS, publisherKey: 'publisher' }),
    startUnable: async (folder, zones) => {
      const serving = await runPowerDns(folder, { zones, keys: KEYS, publisherKey: 'publisher' });
      await refuseRecords(folder);
      return serving;
    },
    says: {
      unsigned: 'REFUSED none',
      unknownKey: 'REFUSED unsigned',
      wrongSecret: 'REFUSED unsigned',
      otherAlgorithm: 'REFUSED unsigned',
      wrongClock: 'REFUSED unsigned',
      stranger: 'REFUSED verified',
      foreignZone: 'REFUSED',
      foreignUpdate: 'REFUSED verified',
      cannotStore: 'SERVFAIL verified',
    },
    tellsTime: false,
    keepsLetters: true,
    answersEveryName: false,
    followsDname: false,
  },
  {
    name: 'our server',
    programs: ['dig'],
    start: (folder, zones) => startOurs(folder, zones),
    startUnable: (folder, zones) => startOurs(folder, zones, ['*=cannot-store']),
    says: {
      unsigned: 'REFUSED none',
      unknownKey: 'NOTAUTH unsigned',
      wrongSecret: 'NOTAUTH unsigned',
      otherAlgorithm: 'NOTAUTH unsigned',
      wrongClock: 'NOTAUTH verified',
      stranger: 'REFUSED verified',
      foreignZone: 'REFUSED',
      foreignUpdate: 'NOTAUTH verified',
      cannotStore: 'SERVFAIL verified',
    },
    tellsTime: true,
    keepsLetters: true,
    answersEveryName: true,
    followsDname: false,
  },
];

// What our server held when it was stopped, by folder: its zones are values.
const kept = new Map<string, Parameters<typeof createTestServer>[0]['zones']>();

async function startOurs(folder: string, zones: readonly ZoneFile[], faults: readonly string[] = []): Promise<Serving> {
  const server = await createTestServer({
    zones: kept.get(folder) ?? zones.map(({ origin, text }) => ({ origin, text })),
    keys: KEYS,
    faults,
    mayUpdate: (key) => key.equals(PUBLISHER.name),
  });
  return {
    address: server.address,
    stop: async () => {
      kept.set(folder, [...server.zones.values()]);
      await server.close();
    },
  };
}
