import { parseDomainName } from '@srvkit/dns';
import test from 'ava';
import * as fc from 'fast-check';
import { memoryJournal } from '../src/index.ts';
import type { Desired } from '../src/index.ts';
import { desired, entry, publisher, serve, srvSet } from './served-zones.ts';

// The property of shared-set.test.ts with real messages: sockets, signatures, journals, and publishers that meet on the wire.

const NEIGHBOURS = ['77 0 0 9 kms-0.east.contoso.com.', '77 1 1 1688 stranger.east.contoso.com.'];
const HOSTS = 4;

/** What one publisher wants next: to be gone, or these numbers. */
const wish = fc.option(fc.record({ priority: fc.nat(3), weight: fc.nat(3), port: fc.constantFrom(1688, 1689) }), { nil: undefined });
/** What happens at the same time. */
const turn = fc.uniqueArray(fc.record({ host: fc.nat(HOSTS - 1), wish }), { selector: ({ host }) => host, minLength: 1, maxLength: HOSTS });

test('publishers in any order and at the same time: each finds exactly its own record at the end, and neighbours as they were', async (t) => {
  const holds = fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 6 }), async (turns) => {
    const server = await serve(t, { records: NEIGHBOURS });
    const hosts = Array.from({ length: HOSTS }, () => publisher(server, { journal: memoryJournal() }));
    const last = new Map<number, string[]>();
    for (const turn of turns) {
      const reports = await Promise.all(
        turn.map(({ host, wish }) =>
          wish === undefined ? hosts[host]!.withdraw(wanted(host, {})) : hosts[host]!.publish(wanted(host, wish)),
        ),
      );
      for (const [index, { host, wish }] of turn.entries()) {
        const { outcome, zones } = reports[index]!;
        t.regex(outcome, wish === undefined ? /^(withdrawn|unchanged)$/ : /^(published|unchanged)$/);
        t.true(zones.every(({ verified }) => verified));
        last.set(host, wish === undefined ? [] : [`77 ${wish.priority} ${wish.weight} ${wish.port} kms-${host + 1}.east.contoso.com.`]);
      }
    }
    t.deepEqual(srvSet(server), [...NEIGHBOURS, ...[...last.values()].flat()].toSorted());
    await server.close();
  });
  await fc.assert(holds, { numRuns: 8 });
});

function wanted(host: number, { port = 1688, ...numbers }: { priority?: number; weight?: number; port?: number }): Desired {
  const target = parseDomainName(`kms-${host + 1}.east.contoso.com`);
  return { ...desired([{ ...entry('east.contoso.com'), ...numbers }]), target, port };
}
