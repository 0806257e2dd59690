import { readdirSync, readFileSync } from 'node:fs';
import { parseDomainName } from '@srvkit/dns';
import { prepareSet, type Law, type SrvTarget } from '@srvkit/selection';
import {
  type AttemptResult,
  type CachedHost,
  type Decision,
  type LookupFailure,
  type LookupResult,
  makeRequest,
  type DiscoveryRequest,
  type RequestParts,
} from '../src/index.ts';

/** One case of fixtures/discovery: what is asked for, the world it is asked in, and what must come of it. */
export interface DiscoveryCase {
  readonly file: string;
  readonly title: string;
  /** The lines of a client's `.reg` file, from which the request is made, with these options: kms tests that it is. */
  readonly settings?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
  /** The codes of what is found wrong with the settings. */
  readonly findings?: readonly string[];
  readonly request: Omit<RequestParts, 'demoted'> & { readonly demoted?: readonly string[] };
  /** The remembered host; absent: none. `service` and `scope` are the request's. */
  readonly remembered?: Omit<CachedHost, 'service' | 'scope'>;
  /** By domain with its final dot; absent: nxdomain. A list holds SRV rdata as in a master file. */
  readonly answers?: Readonly<Record<string, readonly string[] | 'nodata' | 'nxdomain' | 'unavailable' | LookupFailure>>;
  /** By `target:port`; absent: refused. `rejected CODE` and `rejected CODE finally` answer and say no. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** How many steps of the dialogue pass before the overall deadline; absent: all. */
  readonly stepsInTime?: number;
  /** `none`: nothing is contacted. */
  readonly probe?: 'none';
  readonly seed?: number;
  readonly expect: Expectation;
}

export interface Expectation {
  /** `domain answer`, with `fresh` behind it where the answer cache was to be bypassed. */
  readonly lookups: readonly string[];
  /** `source target:port outcome`. */
  readonly attempts: readonly string[];
  /** `source why`. */
  readonly skipped: readonly string[];
  readonly warnings: readonly string[];
  /** Every other decision; asserted where given. */
  readonly decisions?: readonly string[];
  readonly outcome: string;
  readonly code: string | null;
  /** `source target:port`. */
  readonly host: string | null;
  /** What is remembered afterwards; `now` stands for the case's time. */
  readonly remembered: Omit<CachedHost, 'service' | 'scope'> | null;
}

/** What time it is in every case. */
export const NOW = 1_800_000_000_000;

export function readCases(): DiscoveryCase[] {
  const folder = new URL('../../../fixtures/discovery/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const cases = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Omit<DiscoveryCase, 'file'>[];
      return cases.map((one) => ({ ...one, file }));
    });
}

export function requestOf({ request }: DiscoveryCase): DiscoveryRequest {
  const { demoted, ...parts } = request;
  if (demoted === undefined) return makeRequest(parts);
  return makeRequest({ ...parts, demoted: (target, port) => demoted.includes(`${target.toString()}:${port}`) });
}

export function rememberedIn(one: DiscoveryCase, request: DiscoveryRequest): CachedHost | undefined {
  return one.remembered && { service: request.service, scope: request.scope, ...one.remembered };
}

export function lookupResult(one: DiscoveryCase, domain: string, law: Law): LookupResult {
  const answer = one.answers?.[domain] ?? 'nxdomain';
  if (answer === 'nodata' || answer === 'nxdomain' || answer === 'unavailable') return { kind: answer };
  return typeof answer === 'string' ? { kind: 'failed', why: answer } : { kind: 'records', set: prepareSet(answer.map(parseSrv), law) };
}

export function attemptResult(one: DiscoveryCase, endpoint: string): AttemptResult {
  if (one.probe === 'none') return { kind: 'selected' };
  const [kind = '', code, final] = (one.hosts?.[endpoint] ?? 'refused').split(' ');
  switch (kind) {
    case 'reached':
      return { kind, address: '192.0.2.1' };
    case 'rejected':
      return { kind, final: final === 'finally', code: code ?? null, address: '192.0.2.1' };
    case 'refused':
    case 'timeout':
    case 'unreachable':
    case 'name-not-found':
      return { kind };
    default:
      throw new Error(`${one.file}: ${endpoint}: unknown outcome ${kind}`);
  }
}

/** A root zone with what the domains of a case answer, and these addresses of its hosts. */
export function zoneOf(one: DiscoveryCase, addresses: ReadonlyMap<string, string>): string {
  const { service } = requestOf(one);
  const records = Object.entries(one.answers ?? {}).flatMap(([domain, answer]) => {
    const owner = `${service}.${domain}`;
    if (typeof answer !== 'string') return answer.map((rdata) => `${owner} SRV ${rdata}`);
    if (answer === 'unavailable') return [`${owner} SRV 0 0 0 .`];
    return answer === 'nodata' ? [`${owner} TXT "nothing"`] : [];
  });
  const hosts = [...addresses].map(([target, address]) => `${target} A ${address}`);
  return ['$ORIGIN .', '$TTL 3600', '@ SOA ns. hostmaster. 1 1 1 1 60', '@ NS ns.', 'ns A 127.0.0.1', ...records, ...hosts].join('\n');
}

/** The faults of a server that fails as the case wants it. */
export function faultsOf(one: DiscoveryCase): readonly string[] {
  const { service } = requestOf(one);
  const silence = one.stepsInTime === 0 ? ['*=drop'] : [];
  const failing = Object.entries(one.answers ?? {}).flatMap(([domain, answer]) => {
    const fault = typeof answer === 'string' ? FAULTS[answer] : undefined;
    return fault === undefined ? [] : [`${service}.${domain}=${fault}`];
  });
  return [...silence, ...failing];
}

const FAULTS: Readonly<Record<string, string>> = { servfail: 'servfail', refused: 'refused', timeout: 'drop' };

/** Every host a case names, in lower case, but those that have no address. */
export function targetsOf(one: DiscoveryCase): readonly string[] {
  const { answers = {}, hosts = {}, remembered } = one;
  const published = Object.values(answers).flatMap((answer) =>
    typeof answer === 'string' ? [] : answer.map((rdata) => rdata.split(' ')[3] ?? ''),
  );
  const played = Object.keys(hosts).map((endpoint) => endpoint.replace(/:\d+$/, ''));
  const pinned = requestOf(one).pinned.map(({ host }) => host);
  const all = [...published, ...played, ...pinned, ...(remembered === undefined ? [] : [remembered.target])];
  const nameless = Object.keys(hosts).filter((endpoint) => hosts[endpoint] === 'name-not-found');
  return [...new Set(all.map((target) => target.toLowerCase()))].filter((target) => !nameless.some((one) => one.startsWith(`${target}:`)));
}

/** A decision in one line; undefined for those that have a list of their own. */
export function describeDecision(decision: Decision): string | undefined {
  switch (decision.kind) {
    case 'skipped-source':
    case 'warning':
      return undefined;
    case 'skipped-domain':
      return `${decision.kind} ${decision.domain.toString()} ${decision.why}`;
    case 'dropped-record':
      return `${decision.kind} ${decision.record.target.toString()}:${decision.record.port} ${decision.why}`;
    case 'demoted':
      return `${decision.kind} ${decision.candidate.target}:${decision.candidate.port}`;
    case 'skipped-candidate':
      return `${decision.kind} ${decision.candidate.target}:${decision.candidate.port} ${decision.why}`;
    case 'drawn':
      return [`drawn ${decision.candidate.target}:${decision.candidate.port}`, ...decision.draws.map((d) => `${d.value}/${d.bound}`)].join(
        ' ',
      );
  }
}

function parseSrv(text: string): SrvTarget {
  const [priority, weight, port, target = ''] = text.split(' ');
  return { priority: Number(priority), weight: Number(weight), port: Number(port), target: parseDomainName(target) };
}
