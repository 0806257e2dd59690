import { discover, driveAsync, makeRequest, type RequestParts, type Verdict } from '@srvkit/discovery';
import { parseDomainName, parseRecord, type RecordType, type ResourceRecord } from '@srvkit/dns';
import type { Lookup, LookupOptions } from '@srvkit/dns-client';
import { scriptedRandom } from '@srvkit/selection';
import { Cancellation } from '../src/cancellation.ts';
import { PassDriver } from '../src/pass-driver.ts';
import type { Ports } from '../src/ports.ts';
import { PreparedSets } from '../src/prepared-sets.ts';
import type { Contact } from '../src/probe.ts';
import type { Resolution } from '../src/resolution.ts';
import { resolveLimits, type ResolveLimits } from '../src/resolve-options.ts';
import { Trace } from '../src/trace.ts';
import { FakeTimers } from './fake-timers.ts';

interface PassOptions extends Partial<Pick<Ports, 'health' | 'failures' | 'aliasTargets'>> {
  readonly limits?: Partial<ResolveLimits>;
  readonly request?: Partial<RequestParts>;
  /** By name: `A 192.0.2.9`, `alias A 192.0.2.9`, `failed`, or `hang`; of others DNS says that they have none. */
  readonly addresses?: Readonly<Record<string, string>>;
  readonly isRepeated?: boolean;
}

interface StartedPass {
  readonly timers: FakeTimers;
  /** The hosts that were contacted, in order; those that were called off; those that were reached in vain. */
  readonly started: readonly string[];
  readonly aborted: readonly string[];
  readonly discarded: readonly string[];
  /** The questions to DNS, `NAME TYPE`, and whether each was to be fresh. */
  readonly asked: readonly string[];
  readonly fresh: readonly boolean[];
  /** A host answers: `reached`, `rejected` (finally), or the code of an error. */
  readonly answer: (name: string, how: string) => void;
  readonly abort: (reason: Error) => void;
  readonly abortOnRemember: (reason: Error) => void;
  readonly end: () => Promise<string>;
  readonly attempts: () => string[];
  readonly warnings: () => string[];
  readonly demoted: () => Resolution['demoted'];
}

/** A pass over records like `10 a, 20 b` (priority, name), whose hosts answer when they are told to. Names with "bare" come without glue. */
export function startPass(
  records: string,
  { limits = {}, request: parts = {}, addresses = {}, isRepeated = false, health, failures, aliasTargets = 'warn' }: PassOptions = {},
): StartedPass {
  const timers = new FakeTimers();
  const started: string[] = [];
  const aborted: string[] = [];
  const discarded: string[] = [];
  const answers = new Map<string, (how: string) => void>();
  const { client, asked, fresh } = fakeClient(records, addresses);
  const controller = new AbortController();
  const request = makeRequest({ service: '_sip._tcp', domains: ['example.org'], caching: false, ...parts });
  let reasonOnRemember: Error | undefined;
  const cache = {
    get: async () => undefined,
    set: async () => {
      if (reasonOnRemember !== undefined) controller.abort(reasonOnRemember);
      controller.signal.throwIfAborted();
    },
    delete: async () => 0,
    clear: async () => 0,
    list: async () => [],
  };
  const contact: Contact<string> = {
    reach: ({ target }, signal) => {
      const name = bare(target);
      started.push(name);
      signal.addEventListener('abort', () => aborted.push(name));
      return new Promise((resolve, reject) => {
        answers.set(name, (how) => {
          if (how === 'reached') resolve({ outcome: 'reached', value: name });
          else if (how === 'rejected') resolve({ outcome: 'rejected', final: true });
          else reject(Object.assign(new Error(how), { code: how }));
        });
      });
    },
    discard: (name) => discarded.push(name),
  };
  const trace = new Trace(request, 1, timers.clock);
  const ports = {
    client,
    cache,
    health,
    failures,
    aliasTargets,
    sets: new PreparedSets(),
    timers,
    systemLookup: async () => [],
    drawSeed: () => 1,
  };
  const all = resolveLimits(limits);
  const context = {
    request,
    ports,
    limits: all,
    trace,
    cancellation: new Cancellation(controller.signal),
    deadlineAt: all.timeoutMs,
    isRepeated,
  };
  const driver = new PassDriver(context, contact);
  const random = scriptedRandom(Array.from({ length: 20 }, () => 0));
  const running = Promise.resolve(driveAsync(discover(driver.request, random, driver.explain), driver)).finally(() => {
    const won = driver.finish();
    if (won !== undefined && controller.signal.aborted) contact.discard(won.value);
  });
  running.catch(() => {}); // looked at by `end`
  const resolution = () => trace.resolution({ outcome: 'exhausted' });
  return {
    timers,
    started,
    aborted,
    discarded,
    asked,
    fresh,
    answer: (name: string, how: string) => answers.get(name)?.(how),
    abort: (reason: Error) => controller.abort(reason),
    abortOnRemember: (reason: Error) => {
      reasonOnRemember = reason;
    },
    end: async () => describe(await running),
    attempts: () => resolution().attempts.map(({ target, outcome }) => `${bare(target)} ${outcome}`),
    warnings: () => resolution().warnings.map(({ code }) => code),
    demoted: () => resolution().demoted,
  };
}

interface FakeClient extends Pick<StartedPass, 'asked' | 'fresh'> {
  readonly client: Ports['client'];
}

/** Knows one SRV set, with glue for its targets, and the addresses it is given: `A 192.0.2.9`, or `alias A 192.0.2.9`. */
function fakeClient(records: string, addresses: Readonly<Record<string, string>>): FakeClient {
  const asked: string[] = [];
  const fresh: boolean[] = [];
  const srv = records.split(', ').map((record) => {
    const [priority, name] = record.split(' ');
    return parseRecord(`_sip._tcp.example.org. 60 IN SRV ${priority} 0 5060 ${name}.`);
  });
  const glue = srv.flatMap(({ rdata }, at) => {
    if (rdata.type !== 'SRV' || rdata.target.toString().startsWith('bare')) return [];
    return [parseRecord(`${rdata.target.toString()} 60 IN A 192.0.2.${at + 1}`)];
  });
  const client: Ports['client'] = {
    lookup: async (name, type, options: LookupOptions = {}) => {
      asked.push(`${name.toString()} ${type}`);
      fresh.push(options.fresh === true);
      if (type === 'SRV') return lookupOf(name.toString(), type, srv, glue);
      const known = addresses[bare(name.toString())] ?? '';
      if (known === 'hang') return new Promise(() => {});
      if (known === 'failed') return { ...lookupOf(name.toString(), type, [], []), kind: 'failed', ttl: null, why: 'servfail' };
      const [alias, kind, address] = /^(alias )?(\S+) (\S+)$/.exec(known)?.slice(1) ?? [];
      const found = kind === type ? [parseRecord(`${name.toString()} 60 IN ${type} ${address}`)] : [];
      return lookupOf(name.toString(), type, found, [], alias === undefined ? [] : [name.toString()]);
    },
    close: async () => {},
  };
  return { client, asked, fresh };
}

function lookupOf(
  name: string,
  type: RecordType,
  records: readonly ResourceRecord[],
  additional: readonly ResourceRecord[],
  chain: readonly string[] = [],
): Lookup {
  const evidence = {
    name: parseDomainName(name),
    type,
    records,
    additional,
    chain: chain.map((link) => parseDomainName(link)),
    dropped: [],
    rcode: 'NOERROR',
    server: '127.0.0.1:53',
    authoritative: true,
    cached: false,
    stale: false,
    tries: [],
    warnings: [],
  } as const;
  return records.length > 0 ? { kind: 'records', ttl: 60, ...evidence } : { kind: 'nodata', ttl: null, soa: null, ...evidence };
}

function describe(verdict: Verdict): string {
  return 'candidate' in verdict ? `${verdict.outcome} ${bare(verdict.candidate.target)}` : verdict.outcome;
}

function bare(target: string): string {
  return target.replace(/\.$/, '');
}
