/** What bounds the server's work and memory. */
export interface ServerLimits {
  /** TCP connections at once; more are closed at once. 100 unless given. */
  readonly maxConnections: number;
  /** How long a TCP connection may stay without a complete request and without a pending reply. 10 000 unless given (RFC 7766 section 6.2.3). */
  readonly idleTimeoutMs: number;
  /** Requests on one TCP connection; after their replies it is closed. 100 000 unless given. */
  readonly maxRequestsPerConnection: number;
  /** Requests on one TCP connection whose replies are pending; reading pauses beyond that. After as many, others get their turn. 100 unless given. */
  readonly maxPipelined: number;
  /** Octets of a request over TCP; a larger one ends the connection. 65 535 unless given. */
  readonly maxRequestSize: number;
  /** Records of one name and type that UPDATEs may make; SERVFAIL beyond that. 100 unless given, as in BIND (max-records-per-type). */
  readonly maxRecordsPerType: number;
  /** How many requests `requests` remembers. 1000 unless given; 0 for none. */
  readonly maxRecordedRequests: number;
}

/** Fills in the defaults. Throws `RangeError` that names the limit. */
export function checkLimits(limits: Partial<ServerLimits>): ServerLimits {
  const all = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof ServerLimits)[]) {
    const value = limits[name] ?? DEFAULTS[name];
    const least = name === 'maxRecordedRequests' ? 0 : 1;
    const most = name === 'maxRequestSize' ? 0xffff : 0x7fff_ffff;
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`limits.${name} is ${value}: give a whole number from ${least} to ${most}`);
    }
    all[name] = value;
  }
  return all;
}

const DEFAULTS = {
  maxConnections: 100,
  idleTimeoutMs: 10_000,
  maxRequestsPerConnection: 100_000,
  maxPipelined: 100,
  maxRequestSize: 0xffff,
  maxRecordsPerType: 100,
  maxRecordedRequests: 1000,
};
