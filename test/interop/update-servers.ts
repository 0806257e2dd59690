import type { TsigKey } from '@srvkit/dns';
import { createTestServer } from '@srvkit/test-server';
import { makeKey } from './key.ts';
import { runKnot } from './knot.ts';
import { runNamed } from './named.ts';
import { runPowerDns } from './power-dns.ts';
import type { Program } from './program.ts';

/** May change SRV records, and nothing else where the server can say so. */
export const PUBLISHER: TsigKey = makeKey({ name: 'publisher' });
/** Known, and allowed nothing. */
export const STRANGER: TsigKey = makeKey({ name: 'stranger' });
const KEYS = [PUBLISHER, STRANGER];

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
export type Refusal = `${'REFUSED' | 'NOTAUTH'} ${'verified' | 'unsigned' | 'none'}`;

/** What takes UPDATEs, and in what servers differ (publish section 4): data, so that the battery has no ifs. */
export interface UpdateServer {
  readonly name: string;
  readonly programs: readonly Program[];
  /** Starts it; in the same folder a second time it goes on with what it had. */
  start(folder: string, zones: readonly ZoneFile[]): Promise<Serving>;
  readonly says: {
    readonly unsigned: Refusal;
    readonly unknownKey: Refusal;
    readonly wrongSecret: Refusal;
    readonly otherAlgorithm: Refusal;
    readonly wrongClock: Refusal;
    readonly stranger: Refusal;
    /** When it is asked for the SOA of a zone that is not its own. */
    readonly foreignZone: 'REFUSED' | 'NXDOMAIN';
  };
  /** Whether its BADTIME is proven, so that the offset is known. */
  readonly tellsTime: boolean;
}

/** The servers of the battery. */
export const UPDATE_SERVERS: readonly UpdateServer[] = [
  {
    name: 'named',
    programs: ['named', 'dig'],
    start: (folder, zones) =>
      runNamed(folder, { keys: KEYS, zones: zones.map((zone) => ({ ...zone, updatePolicy: ['grant publisher. zonesub SRV'] })) }),
    says: {
      unsigned: 'REFUSED none',
      unknownKey: 'NOTAUTH unsigned',
      wrongSecret: 'NOTAUTH unsigned',
      otherAlgorithm: 'NOTAUTH unsigned',
      wrongClock: 'NOTAUTH verified',
      stranger: 'REFUSED verified',
      foreignZone: 'REFUSED',
    },
    tellsTime: true,
  },
  {
    name: 'knotd',
    programs: ['knotd', 'dig'],
    start: (folder, zones) => runKnot(folder, { zones, keys: KEYS, publisherKey: 'publisher.' }),
    says: {
      unsigned: 'NOTAUTH none',
      unknownKey: 'NOTAUTH unsigned',
      wrongSecret: 'NOTAUTH unsigned',
      otherAlgorithm: 'NOTAUTH unsigned',
      wrongClock: 'NOTAUTH verified',
      stranger: 'NOTAUTH unsigned',
      foreignZone: 'REFUSED',
    },
    tellsTime: true,
  },
  {
    name: 'PowerDNS',
    programs: ['pdns_server', 'pdnsutil', 'sqlite3', 'dig'],
    start: (folder, zones) => runPowerDns(folder, { zones, keys: KEYS, publisherKey: 'publisher' }),
    says: {
      unsigned: 'REFUSED none',
      unknownKey: 'REFUSED unsigned',
      wrongSecret: 'REFUSED unsigned',
      otherAlgorithm: 'REFUSED unsigned',
      wrongClock: 'REFUSED unsigned',
      stranger: 'REFUSED verified',
      foreignZone: 'REFUSED',
    },
    tellsTime: false,
  },
  {
    name: 'our server',
    programs: ['dig'],
    start: startOurs,
    says: {
      unsigned: 'REFUSED none',
      unknownKey: 'NOTAUTH unsigned',
      wrongSecret: 'NOTAUTH unsigned',
      otherAlgorithm: 'NOTAUTH unsigned',
      wrongClock: 'NOTAUTH verified',
      stranger: 'REFUSED verified',
      foreignZone: 'REFUSED',
    },
    tellsTime: true,
  },
];

// What our server held when it was stopped, by folder: its zones are values.
const kept = new Map<string, Parameters<typeof createTestServer>[0]['zones']>();

async function startOurs(folder: string, zones: readonly ZoneFile[]): Promise<Serving> {
  const server = await createTestServer({
    zones: kept.get(folder) ?? zones.map(({ origin, text }) => ({ origin, text })),
    keys: KEYS,
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
