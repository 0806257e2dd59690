import * as fc from 'fast-check';
import { parseDomainName } from '@srvkit/dns';
import { memoryJournal } from '@srvkit/publisher';
import type { Desired, Publisher } from '@srvkit/publisher';
import type { Place } from './publish-place.ts';

const SEEDS = [1, 2, 3];
const HOSTS = 4;

interface Wish {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
}

const wish = fc.option(fc.record<Wish>({ priority: fc.nat(3), weight: fc.nat(3), port: fc.constantFrom(1688, 1689) }), { nil: undefined });
/** What happens at the same time. */
const turn = fc.uniqueArray(fc.record({ host: fc.nat(HOSTS - 1), wish }), { selector: ({ host }) => host, minLength: 1, maxLength: HOSTS });

/**
 * Publishers with journals of their own publish, move and withdraw, alone and at the same time, in the order of a seed: at the end each finds
 * exactly its own record, and the zone's other records are as they were.
 */
export async function publishByTurns(place: Place): Promise<void> {
  const { t } = place;
  const neighbours = await place.holds();
  const ttl = neighbours[0]?.split(' ')[0];
  const hosts = Array.from({ length: HOSTS }, () => place.publisher({ journal: memoryJournal() }));
  for (const seed of SEEDS) {
    const [turns = []] = fc.sample(fc.array(turn, { minLength: 4, maxLength: 6 }), { seed, numRuns: 1 });
    const last = new Map<number, Wish | undefined>();
    for (const turn of turns) {
      const reports = await Promise.all(turn.map(({ host, wish }) => act(hosts[host]!, wanted(place, host, wish), wish)));
      t.true(
        reports.every(({ zones }) => zones.every(({ verified }) => verified)),
        `seed ${seed}: ${JSON.stringify(reports)}`,
      );
      for (const { host, wish } of turn) last.set(host, wish);
    }
    const records = [...last].flatMap(([host, wish]) =>
      wish === undefined ? [] : [`${ttl} ${wish.priority} ${wish.weight} ${wish.port} host${host}`],
    );
    t.deepEqual(await place.holds(), [...neighbours, ...records].toSorted(), `seed ${seed}`);
    for (const [host, publisher] of hosts.entries()) await act(publisher, wanted(place, host, undefined), undefined);
    t.deepEqual(await place.holds(), neighbours, `seed ${seed}, all withdrawn`);
  }
}

function act(publisher: Publisher, desired: Desired, wish: Wish | undefined): ReturnType<Publisher['publish']> {
  return wish === undefined ? publisher.withdraw(desired) : publisher.publish(desired);
}

function wanted(place: Place, host: number, wish: Wish | undefined): Desired {
  const { port = 1688, ...numbers } = wish ?? {};
  return place.desired({ target: parseDomainName(`host${host}.${place.origin}`), port }, numbers);
}
