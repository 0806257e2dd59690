import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import type { FailureStore } from '@srvkit/host-cache';
import { healthOptions } from '../src/health-options.ts';
import { HostHealth } from '../src/host-health.ts';
import { startPass } from './started-pass.ts';

/** What an attempt at the host `a` or `bare` of a pass came to, and what others are told of it. */
interface Case {
  readonly cause: string;
  readonly pass?: Parameters<typeof startPass>[1];
  /** Default: `10 a`. */
  readonly records?: string;
  /** How the host answers; default: not at all. */
  readonly how?: string;
  /** How often this happens in a row. Default: once. */
  readonly times?: number;
  readonly isDemoted: boolean;
}

const CASES: readonly Case[] = [
  { cause: 'a connection refused', how: 'ECONNREFUSED', isDemoted: true },
  { cause: 'no answer within the time of an attempt', isDemoted: true },
  { cause: 'a route that ends before it', how: 'EHOSTUNREACH', isDemoted: true },
  { cause: 'a probe that throws anything', how: 'EPROTO', isDemoted: true },
  { cause: 'a probe that finds no such name', how: 'ENOTFOUND', isDemoted: true },
  { cause: 'a refusal', how: 'rejected', isDemoted: false },
  { cause: 'a host that works', how: 'reached', isDemoted: false },

  { cause: 'a name without addresses', records: '10 bare', isDemoted: true },
  { cause: 'a name whose addresses nobody could look up', records: '10 bare', pass: { addresses: { bare: 'failed' } }, isDemoted: false },
  { cause: 'an alias that is rejected', records: '10 bare', pass: alias('reject'), isDemoted: false },
  {
    cause: 'an alias that is used, to a host that is dead',
    records: '10 bare',
    pass: alias('allow'),
    how: 'ECONNREFUSED',
    isDemoted: true,
  },
  { cause: 'the limit of questions', records: `${numbered(10)}, 99 bare`, isDemoted: false },
  {
    cause: 'a name that DNS is slow to look up, beside a quicker host',
    records: '10 bare, 10 b',
    pass: { addresses: { bare: 'hang' } },
    times: 4,
    isDemoted: false,
  },
  { cause: 'silence beside a quicker host, once', records: '10 a, 10 b', isDemoted: false },
  { cause: 'silence beside a quicker host, three times in a row', records: '10 a, 10 b', times: 3, isDemoted: true },
  { cause: 'the end of the pass', pass: { limits: { timeoutMs: 100 } }, isDemoted: false },

  { cause: 'this machine without a network', how: 'ENETUNREACH', isDemoted: false },
  { cause: 'this machine without a free port', how: 'EADDRNOTAVAIL', isDemoted: false },
  { cause: 'this machine without a free descriptor', how: 'EMFILE', isDemoted: false },
  { cause: 'a firewall of this machine', how: 'EPERM', isDemoted: false },
  { cause: 'a probe that could not look up a name', how: 'EAI_AGAIN', isDemoted: false },
  { cause: 'a probe without a free connection', how: 'EBUSY', isDemoted: false },
];

for (const { cause, records = '10 a', pass: options, how, times = 1, isDemoted } of CASES) {
  test(`${cause} ${isDemoted ? 'demotes a host, and is told to others' : 'says nothing against a host, here or to others'}`, async (t) => {
    const health = new HostHealth(
      healthOptions({}),
      () => 0,
      () => 0,
    );
    const host = records.includes('bare') ? 'bare' : 'a';
    const reported: string[] = [];
    const failures: FailureStore = {
      list: async () => [],
      report: async ({ target }) => void reported.push(target),
      clear: async () => {},
    };
    for (let time = 1; time <= times; time += 1) {
      const pass = startPass(records, { ...options, health, failures });
      await pass.timers.advance(0);
      if (how !== undefined) pass.answer(host, how);
      await pass.timers.advance(250);
      pass.answer('b', 'reached');
      await pass.timers.advance(20_000);
      await pass.end();
      t.is(pass.timers.pending, 0);
    }
    t.is(health.isDemoted(parseDomainName(host), 5060), isDemoted);
    t.is(reported.includes(`${host}.`), isDemoted);
  });
}

function alias(aliasTargets: 'reject' | 'allow'): Case['pass'] {
  return { addresses: { bare: 'alias A 192.0.2.9' }, aliasTargets };
}

function numbered(count: number): string {
  return Array.from({ length: count }, (_, at) => `${at} bare${at}`).join(', ');
}
