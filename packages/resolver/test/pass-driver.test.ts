import test from 'ava';
import { discover, driveAsync, makeRequest, type RequestParts, type Verdict } from '@srvkit/discovery';
import { parseRecord, parseDomainName, type RecordType, type ResourceRecord } from '@srvkit/dns';
import type { DnsClient, Lookup, LookupOptions } from '@srvkit/dns-client';
import { scriptedRandom } from '@srvkit/selection';
import type { FailureStore } from '@srvkit/host-cache';
import { Cancellation } from '../src/cancellation.ts';
import { healthOptions } from '../src/health-options.ts';
import { HostHealth } from '../src/host-health.ts';
import { PassDriver } from '../src/pass-driver.ts';
import { PreparedSets } from '../src/prepared-sets.ts';
import type { Ports } from '../src/ports.ts';
import type { Contact } from '../src/probe.ts';
import { resolveLimits, type ResolveLimits } from '../src/resolve-options.ts';
import { Trace } from '../src/trace.ts';
import { FakeTimers } from './fake-timers.ts';

test('a host that is slow is joined by the next of its group, and the first to answer is taken', async (t) => {
  const pass = start('10 a, 10 b, 20 c');
  await pass.timers.advance(249);
  t.deepEqual(pass.started, ['a']);
  await pass.timers.advance(1);
  t.deepEqual(pass.started, ['a', 'b']);
  pass.answer('a', 'reached');
  t.is(await pass.end(), 'reached a');
  t.deepEqual(pass.attempts(), ['a reached', 'b abandoned']);
  t.deepEqual(pass.aborted, ['b']);
});

test('a worse priority is not touched while a better one is pending, however long that takes', async (t) => {
  const pass = start('10 a, 10 b, 20 c', { attemptTimeoutMs: 5000 });
  await pass.timers.advance(4999);
  t.deepEqual(pass.started, ['a', 'b']);
  await pass.timers.advance(251);
  t.deepEqual(pass.started, ['a', 'b', 'c']);
  pass.answer('c', 'reached');
  t.is(await pass.end(), 'reached c');
  t.deepEqual(pass.attempts(), ['a timeout', 'b timeout', 'c reached']);
});

test('a failure starts the next host at once, without waiting for the stagger', async (t) => {
  const pass = start('10 a, 10 b');
  await pass.timers.advance(0);
  pass.answer('a', 'ECONNREFUSED');
  await pass.timers.advance(0);
  t.deepEqual(pass.started, ['a', 'b']);
  pass.answer('b', 'reached');
  t.is(await pass.end(), 'reached b');
});

test('an earlier host that answers while a later one has just started ends it: no third is started', async (t) => {
  const pass = start('10 a, 10 b, 10 c');
  await pass.timers.advance(260);
  t.deepEqual(pass.started, ['a', 'b']);
  pass.answer('a', 'reached');
  t.is(await pass.end(), 'reached a');
  t.deepEqual(pass.started, ['a', 'b']);
});

test('of two that answer at the same time the loser is discarded', async (t) => {
  const pass = start('10 a, 10 b');
  await pass.timers.advance(250);
  pass.answer('b', 'reached');
  pass.answer('a', 'reached');
  const verdict = await pass.end();
  t.regex(verdict, /^reached [ab]$/);
  t.deepEqual([...pass.discarded, verdict.slice(-1)].toSorted(), ['a', 'b']);
  t.deepEqual(
    pass.attempts().filter((attempt) => attempt.endsWith('reached')),
    [`${verdict.slice(-1)} reached`],
  );
});

test('with an infinite stagger hosts are tried one after the other', async (t) => {
  const pass = start('10 a, 10 b', { staggerMs: Infinity });
  await pass.timers.advance(2999);
  t.deepEqual(pass.started, ['a']);
  await pass.timers.advance(1);
  t.deepEqual(pass.started, ['a', 'b']);
  pass.answer('b', 'reached');
  t.is(await pass.end(), 'reached b');
});

test('a final refusal ends it while another host is pending', async (t) => {
  const pass = start('10 a, 10 b');
  await pass.timers.advance(250);
  pass.answer('b', 'rejected');
  t.is(await pass.end(), 'rejected b');
  t.deepEqual(pass.attempts(), ['a abandoned', 'b rejected']);
});

test('the deadline ends a pass with hosts pending', async (t) => {
  const pass = start('10 a, 10 b, 20 c', { timeoutMs: 1000, attemptTimeoutMs: 3000 });
  await pass.timers.advance(1000);
  t.is(await pass.end(), 'timed-out');
  t.deepEqual(pass.attempts(), ['a timeout', 'b timeout']);
  t.is(pass.timers.pending, 0);
});

test('an aborted pass rejects with the reason, and leaves nothing running', async (t) => {
  const pass = start('10 a, 10 b');
  await pass.timers.advance(250);
  const reason = new Error('enough');
  pass.abort(reason);
  t.is(await t.throwsAsync(pass.end()), reason);
  t.deepEqual(pass.aborted, ['a', 'b']);
  t.is(pass.timers.pending, 0);
});

test('what was reached is discarded when remembering is aborted', async (t) => {
  const pass = start('10 a', {}, { caching: true });
  await pass.timers.advance(0);
  const reason = new Error('enough');
  pass.answer('a', 'reached');
  pass.abortOnRemember(reason);
  t.is(await t.throwsAsync(pass.end()), reason);
  t.deepEqual(pass.discarded, ['a']);
});

test('an address is asked for only when the SRV answer did not bring it', async (t) => {
  const pass = start('10 a, 20 bare', {}, {}, { bare: 'A 192.0.2.9' });
  await pass.timers.advance(0);
  pass.answer('a', 'ECONNREFUSED');
  await pass.timers.advance(0);
  pass.answer('bare', 'reached');
  t.is(await pass.end(), 'reached bare');
  t.deepEqual(pass.asked, ['_sip._tcp.example.org. SRV', 'a. AAAA', 'bare. AAAA', 'bare. A']);
});

test('a repeated pass does not believe the answer cache', async (t) => {
  const pass = start('10 bare', {}, {}, { bare: 'A 192.0.2.9' }, true);
  await pass.timers.advance(0);
  pass.answer('bare', 'reached');
  await pass.end();
  t.deepEqual(pass.fresh, [true, true, true]);
});

test('20 questions for addresses are asked in one pass, no more', async (t) => {
  const names = Array.from({ length: 12 }, (_, at) => `bare${at}`);
  const pass = start(names.map((name, at) => `${at} ${name}`).join(', '));
  t.is(await pass.end(), 'exhausted');
  t.is(pass.asked.length, 21);
  t.deepEqual(pass.warnings(), ['address-lookups-limited']);
});

test('a target that is an alias is used, with a warning (srv A6)', async (t) => {
  const pass = start('10 bare', {}, {}, { bare: 'alias A 192.0.2.9' });
  await pass.timers.advance(0);
  pass.answer('bare', 'reached');
  t.is(await pass.end(), 'reached bare');
  t.deepEqual(pass.warnings(), ['alias-target']);
});

test('a target that is an alias fails when aliases are rejected, and is used without a word when they are allowed', async (t) => {
  const rejected = start('10 bare', {}, {}, { bare: 'alias A 192.0.2.9' }, false, { aliasTargets: 'reject' });
  t.is(await rejected.end(), 'exhausted');
  t.deepEqual([rejected.attempts(), rejected.warnings()], [['bare name-not-found'], ['alias-target']]);
  const allowed = start('10 bare', {}, {}, { bare: 'alias A 192.0.2.9' }, false, { aliasTargets: 'allow' });
  await allowed.timers.advance(0);
  allowed.answer('bare', 'reached');
  t.is(await allowed.end(), 'reached bare');
  t.deepEqual(allowed.warnings(), []);
});

test('a store of shared failures that is down costs one warning; one that answers demotes, in the group only', async (t) => {
  const health = new HostHealth(
    healthOptions({}),
    () => 0,
    () => 0,
  );
  const reported: string[] = [];
  const store: FailureStore = {
    list: async (service) => [{ service, target: 'a.', port: 5060, until: 2_000_000, failures: 1 }],
    report: async ({ target }) => void reported.push(target),
    clear: async () => {},
  };
  const pass = start('10 a, 10 b, 20 c', {}, {}, {}, false, { health, failures: store });
  await pass.timers.advance(0);
  t.deepEqual(pass.started, ['b']);
  pass.answer('b', 'ECONNREFUSED');
  await pass.timers.advance(0);
  t.deepEqual(pass.started, ['b', 'a']);
  t.deepEqual(reported, ['b.']);
  pass.answer('a', 'reached');
  t.is(await pass.end(), 'reached a');
  const without = start('10 c', {}, {}, {}, false, { health, failures: { list: down, report: down, clear: down } });
  await without.timers.advance(0);
  without.answer('c', 'reached');
  t.is(await without.end(), 'reached c');
  t.deepEqual(without.warnings(), ['failures-not-shared']);
});

test('a store of shared failures that hangs is waited for 250 ms at the beginning and 250 ms at the end, and no longer', async (t) => {
  const health = new HostHealth(
    healthOptions({}),
    () => 0,
    () => 0,
  );
  const signals: AbortSignal[] = [];
  const hangNoting = (...given: unknown[]): Promise<never> => {
    const { signal } = given.at(-1) as { signal: AbortSignal };
    signals.push(signal);
    return new Promise(() => {});
  };
  const pass = start('10 a, 20 b', {}, {}, {}, false, { health, failures: { list: hangNoting, report: hangNoting, clear: hangNoting } });
  await pass.timers.advance(249);
  t.deepEqual(pass.started, []);
  await pass.timers.advance(1);
  t.deepEqual(pass.started, ['a']);
  pass.answer('a', 'ECONNREFUSED');
  await pass.timers.advance(0);
  pass.answer('b', 'reached');
  t.is(await pass.end(), 'reached b');
  await pass.timers.advance(250);
  t.deepEqual(pass.warnings(), ['failures-not-shared', 'failures-not-shared']);
  t.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  );
  t.is(pass.timers.pending, 0);
});

test('a store of shared failures that hangs is waited for no longer than the pass may take', async (t) => {
  const health = new HostHealth(
    healthOptions({}),
    () => 0,
    () => 0,
  );
  const pass = start('10 a, 20 b', { timeoutMs: 50 }, {}, {}, false, { health, failures: { list: hang, report: hang, clear: hang } });
  await pass.timers.advance(50);
  t.is(await pass.end(), 'timed-out');
  t.is(pass.timers.pending, 0);
});

const down = () => Promise.reject(new Error('down'));
const hang = () => new Promise<never>(() => {});

/** A pass over records like `10 a, 20 b` (priority, name), whose hosts answer when they are told to. Names with "bare" come without glue. */
function start(
  records: string,
  limits: Partial<ResolveLimits> = {},
  parts: Partial<RequestParts> = {},
  addresses: Readonly<Record<string, string>> = {},
  isRepeated = false,
  { health, failures, aliasTargets = 'warn' }: Partial<Pick<Ports, 'health' | 'failures' | 'aliasTargets'>> = {},
) {
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
  const running = Promise.resolve(driveAsync(discover(driver.reports.request, random, trace.decide), driver)).finally(() => {
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
  };
}

/** Knows one SRV set, with glue for its targets, and the addresses it is given: `A 192.0.2.9`, or `alias A 192.0.2.9`. */
function fakeClient(records: string, addresses: Readonly<Record<string, string>>) {
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
  const client: Pick<DnsClient, 'lookup' | 'close'> = {
    lookup: async (name, type, options: LookupOptions = {}) => {
      asked.push(`${name.toString()} ${type}`);
      fresh.push(options.fresh === true);
      if (type === 'SRV') return lookupOf(name.toString(), type, srv, glue);
      const [alias, kind, address] = /^(alias )?(\S+) (\S+)$/.exec(addresses[bare(name.toString())] ?? '')?.slice(1) ?? [];
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
