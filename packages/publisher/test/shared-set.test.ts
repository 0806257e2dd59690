import test from 'ava';
import * as fc from 'fast-check';
import { parseDomainName } from '@srvkit/dns';
import type { ResourceRecord } from '@srvkit/dns';
import { applyUpdate, zoneFromRecords } from '@srvkit/test-server/zone';
import { desiredRecords, planZone, updateMessages, withdrawn } from '../src/plan/index.ts';
import type { Desired, DesiredRecord, SrvRecord, ZonePlan } from '../src/plan/index.ts';

type Zone = ReturnType<typeof zoneFromRecords>;

const apex = parseDomainName('example.org');
const owner = parseDomainName('_vlmcs._tcp.example.org');

// What one publisher wants next: nothing, or these numbers. Ports and targets are its own.
const wish = fc.option(fc.record({ priority: fc.integer({ min: 0, max: 3 }), weight: fc.integer({ min: 0, max: 3 }) }), { nil: undefined });
const step = fc.record({ publisher: fc.integer({ min: 0, max: 4 }), wish });

test('publishers that share a name, in any order, even on stale reads: at the end it holds exactly what each wanted last', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, withNeighbours) => {
      const neighbours = withNeighbours ? [srv('stranger', 1688, 1, 1, 77), srv('Host0', 9, 0, 0, 77)] : [];
      let zone = makeZone(neighbours);
      const read = new Map<number, ZonePlan>();
      const last = new Map<number, DesiredRecord>();
      const send = (publisher: number): void => {
        const plan = read.get(publisher);
        if (plan === undefined) return;
        zone = apply(zone, plan);
        read.delete(publisher);
      };
      for (const { publisher, wish } of steps) {
        if (read.has(publisher)) {
          send(publisher); // what it read may be long out of date, as to everybody else's records
        } else {
          const wanted = desired(publisher, wish);
          read.set(publisher, planZone(current(zone), wanted));
          last.set(publisher, wanted);
        }
      }
      for (const publisher of read.keys()) send(publisher);
      const expected = [...last.values()].filter(({ present }) => present).map(({ record }) => values(record));
      t.deepEqual(current(zone).records.map(values).sort(), [...neighbours.map(values), ...expected].sort());
      if (withNeighbours) t.true(current(zone).records.every(({ ttl }) => ttl === 77));
    }),
    { numRuns: 300 },
  );
});

test('planning again after applying finds nothing to do, under both TTL policies', (t) => {
  const anyRecord = fc.record({
    host: fc.constantFrom('host1', 'HOST1', 'host2'),
    port: fc.constantFrom(1688, 1689),
    priority: fc.integer({ min: 0, max: 1 }),
    weight: fc.integer({ min: 0, max: 1 }),
  });
  fc.assert(
    fc.property(
      fc.array(anyRecord, { maxLength: 6 }),
      wish,
      fc.constantFrom<NonNullable<Desired['ttlPolicy']>>('keep', 'enforce'),
      fc.option(fc.constant(1689), { nil: undefined }),
      (records, wish, ttlPolicy, replacePort) => {
        const wanted = { ...desired(1, wish), ttlPolicy, replacePort };
        const before = makeZone(records.map(({ host, port, priority, weight }) => srv(host, port, priority, weight, 300)));
        const plan = planZone(current(before), wanted);
        const after = apply(before, plan);
        t.is(planZone(current(after), wanted).outcome, 'unchanged');
        t.is(after === before, plan.outcome === 'unchanged'); // and a plan that does nothing is one that changes nothing
      },
    ),
    { numRuns: 300 },
  );
});

function apply(zone: Zone, plan: ZonePlan): Zone {
  return updateMessages(plan, { zone: apex, id: 1 }).reduce((value, message) => {
    const outcome = applyUpdate(value, message);
    if (outcome.rcode !== 'NOERROR') throw new Error(outcome.rcode);
    return outcome.zone;
  }, zone);
}

function current(zone: Zone): { records: SrvRecord[]; alias: undefined } {
  const records = zone.rrset(owner, 'SRV')?.records ?? [];
  return {
    records: records.flatMap((record) => (record.rdata.type === 'SRV' ? [{ ...record, rdata: record.rdata }] : [])),
    alias: undefined,
  };
}

function desired(publisher: number, wish: { priority: number; weight: number } | undefined): DesiredRecord {
  const [record] = desiredRecords({
    service: '_vlmcs._tcp',
    target: parseDomainName(`host${publisher}.example.org`),
    port: 1688,
    entries: [{ domain: apex, priority: 0, weight: 0, ...wish }],
  });
  return wish === undefined ? withdrawn(record!) : record!;
}

function makeZone(records: readonly ResourceRecord[]): Zone {
  const mname = parseDomainName('ns.example.org');
  const soa = { type: 'SOA', mname, rname: mname, serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 } as const;
  return zoneFromRecords([{ name: apex, type: 'SOA', class: 'IN', ttl: 1, rdata: soa }, ...records]);
}

function srv(host: string, port: number, priority: number, weight: number, ttl: number): SrvRecord {
  const target = parseDomainName(`${host}.example.org`);
  return { name: owner, type: 'SRV', class: 'IN', ttl, rdata: { type: 'SRV', priority, weight, port, target } };
}

function values({ rdata }: SrvRecord): string {
  return `${rdata.target.toString()} ${rdata.port} ${rdata.priority} ${rdata.weight}`;
}
