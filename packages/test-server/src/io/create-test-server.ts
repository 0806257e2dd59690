import { parseDomainName, ParseError } from '@srvkit/dns';
import type { DomainName, TsigKey } from '@srvkit/dns';
import type { JournalEvent, ServerEvent } from '../event.ts';
import { parseFault } from '../fault.ts';
import type { Fault } from '../fault.ts';
import { checkLimits } from '../limits.ts';
import type { ServerLimits } from '../limits.ts';
import { formatEndpoint, parseListenAddress } from '../listen-address.ts';
import type { ListenAddress } from '../listen-address.ts';
import { ListenError } from '../listen-error.ts';
import { NameServer } from '../name-server.ts';
import { RequestLog } from '../request-log.ts';
import type { RecordedRequest } from '../request-log.ts';
import type { StoreUpdate } from '../store-update.ts';
import { parseZone } from '../zone/parse-zone.ts';
import { Zone } from '../zone/zone.ts';
import { bindPort, closePair } from './bind-port.ts';
import type { BoundPair } from './bind-port.ts';
import { Dispatcher } from './dispatcher.ts';
import { openJournalFolder } from './journal-folder.ts';
import { TcpListener } from './tcp-listener.ts';
import { UdpListener } from './udp-listener.ts';

/** What a server serves, and where. Only `zones` is needed. */
export interface TestServerOptions {
  /** Master-file text, such text with its origin and file name, or zones made before. */
  readonly zones: readonly ZoneSource[];
  /** `ADDRESS[:PORT]`; port 0 is any, the same for UDP and TCP. `['127.0.0.1:0']` unless given. */
  readonly listen?: readonly string[];
  /** Whose signed UPDATEs are accepted. Without keys every UPDATE is REFUSED. */
  readonly keys?: readonly TsigKey[];
  /** Whether a key may update a zone. Every key may update every zone unless given. */
  readonly mayUpdate?: (key: DomainName, zone: DomainName) => boolean;
  /** Faults, or their text: `*=delay:200ms`. */
  readonly faults?: readonly (Fault | string)[];
  /** Allows to listen elsewhere than on loopback. */
  readonly public?: boolean;
  /** Told of everything that happens, at once; must not throw. */
  readonly onEvent?: (event: ServerEvent) => void;
  /** epoch ms, for TSIG; the system's clock unless given */
  readonly now?: () => number;
  readonly limits?: Partial<ServerLimits>;
  /** A folder in which every update is kept before it is answered, so that the next server there goes on with it. */
  readonly journal?: string;
  readonly signal?: AbortSignal;
}

/** Master-file text with what it does not say itself. */
export interface ZoneText {
  readonly text: string;
  /** What relative names are relative to before any `$ORIGIN`; the zone must be it. */
  readonly origin?: DomainName | string;
  /** Only for messages. */
  readonly file?: string;
}

/** A zone as master-file text, with or without its file and origin, or as a value. */
export type ZoneSource = string | Zone | ZoneText;

/** A running server. */
export interface TestServer {
  /** The first address: `127.0.0.1:5300`. UDP and TCP. */
  readonly address: string;
  readonly addresses: readonly { readonly udp: string; readonly tcp: string }[];
  /** The zones as they are now, by origin: `server.zones.get('example.org.')`. */
  readonly zones: ReadonlyMap<string, Zone>;
  /** The latest requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Puts other faults in the place of the present ones. */
  setFaults(faults: readonly (Fault | string)[]): void;
  /** Puts a zone in the place of the one with its origin, or adds it. Throws a `TypeError` where zones have journals. */
  setZone(zone: ZoneSource): void;
  /** Ends everything. Leaves no socket and no timer behind; safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts an authoritative DNS server for tests, UDP and TCP on one port, on loopback. Throws `ParseError` for zones, faults and addresses
 * that cannot be read, `RangeError` for limits, `ListenError` when an address cannot be had, `ZoneJournalError` for journals that cannot be used.
 */
export async function createTestServer(options: TestServerOptions): Promise<TestServer> {
  const { listen = ['127.0.0.1:0'], onEvent, signal } = options;
  const limits = checkLimits(options.limits ?? {});
  if (listen.length === 0) throw new RangeError('listen is empty: give an address, or leave it out for 127.0.0.1:0');
  const addresses = listen.map((text) => checkReach(parseListenAddress(text), options.public ?? false));
  const masters = checkDistinct(options.zones.map(makeZone));
  const tell = (event: JournalEvent): void => onEvent?.(event);
  const journals = options.journal === undefined ? undefined : await openJournalFolder(options.journal, masters, { tell });
  const nameServer = makeNameServer(options, { zones: journals?.zones ?? masters, store: journals?.store, limits });
  const log = new RequestLog(limits.maxRecordedRequests);
  const dispatcher = new Dispatcher(nameServer, log, onEvent);
  const bound = await bindAll(addresses, { dispatcher, limits, signal }).catch(async (error: unknown) => {
    await journals?.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    dispatcher.close();
    await closeAll(bound);
    await journals?.close();
    onEvent?.({ event: 'stopped' });
  };
  const endpoints = bound.map(({ host, port }) => ({ udp: formatEndpoint(host, port), tcp: formatEndpoint(host, port) }));
  const origins = [...nameServer.zones.values()].map((zone) => zone.origin.toString());
  for (const endpoint of endpoints) onEvent?.({ event: 'listening', ...endpoint, zones: origins });
  journals?.notes.forEach(tell);
  return runningServer({ nameServer, log, endpoints, hasJournals: journals !== undefined, close });
}

function makeNameServer(
  { keys = [], faults = [], now = Date.now, mayUpdate }: TestServerOptions,
  { zones, store, limits }: { zones: readonly Zone[]; store: StoreUpdate | undefined; limits: ServerLimits },
): NameServer {
  const { maxRecordsPerType } = limits;
  const settings = { zones, store, keys, faults: faults.map(makeFault), maxRecordsPerType, now };
  return new NameServer(mayUpdate === undefined ? settings : { ...settings, mayUpdate });
}

/** What the caller has of it. */
function runningServer({
  nameServer,
  log,
  endpoints,
  hasJournals,
  close,
}: {
  readonly nameServer: NameServer;
  readonly log: RequestLog;
  readonly endpoints: TestServer['addresses'];
  readonly hasJournals: boolean;
  readonly close: () => Promise<void>;
}): TestServer {
  let closing: Promise<void> | undefined;
  return {
    address: endpoints[0]?.udp ?? '',
    addresses: endpoints,
    zones: nameServer.zones,
    get requests() {
      return log.list();
    },
    setFaults(faults) {
      nameServer.faults = faults.map(makeFault);
    },
    setZone(source) {
      if (hasJournals) throw new TypeError('a zone with a journal is changed by UPDATE only');
      const zone = makeZone(source);
      nameServer.zones.set(zone.origin.key, zone);
    },
    close: () => (closing ??= close()),
  };
}

async function bindAll(
  addresses: readonly ListenAddress[],
  { dispatcher, limits, signal }: { dispatcher: Dispatcher; limits: ServerLimits; signal: AbortSignal | undefined },
): Promise<readonly BoundPair[]> {
  const bound: BoundPair[] = [];
  try {
    for (const address of addresses) {
      signal?.throwIfAborted();
      bound.push(
        await bindPort(address, () => ({ udp: new UdpListener(address.family, dispatcher), tcp: new TcpListener(dispatcher, limits) })),
      );
    }
    return bound;
  } catch (error) {
    await closeAll(bound);
    throw error;
  }
}

async function closeAll(bound: readonly BoundPair[]): Promise<void> {
  await Promise.all(bound.map((pair) => closePair(pair)));
}

function checkReach(address: ListenAddress, isPublic: boolean): ListenAddress {
  if (address.loopback || isPublic) return address;
  throw new ListenError(
    'NOT_LOOPBACK',
    `${formatEndpoint(address.host, address.port)} can be reached from outside: listen on 127.0.0.1 or [::1], or say that it shall be public`,
  );
}

function makeZone(source: ZoneSource): Zone {
  if (source instanceof Zone) return source;
  if (typeof source === 'string') return parseZone(source);
  const { text, origin, file } = source;
  return parseZone(text, {
    ...(origin === undefined ? {} : { origin: typeof origin === 'string' ? parseDomainName(origin) : origin }),
    ...(file === undefined ? {} : { file }),
  });
}

function makeFault(fault: Fault | string): Fault {
  return typeof fault === 'string' ? parseFault(fault) : fault;
}

function checkDistinct(zones: readonly Zone[]): readonly Zone[] {
  const origins = new Set<string>();
  for (const { origin } of zones) {
    if (origins.has(origin.key)) throw new ParseError('ZONE_TWICE', `the zone ${origin.toString()} is given twice: join the two files`);
    origins.add(origin.key);
  }
  return zones;
}
