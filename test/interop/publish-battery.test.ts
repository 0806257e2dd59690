import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { judgeTest } from './judge-test.ts';
import { CASES } from './publish-cases.ts';
import { only, placeAt, zoneOf } from './publish-place.ts';
import { startRelay } from './swallowing-relay.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { UPDATE_SERVERS } from './update-servers.ts';
import type { Serving } from './update-servers.ts';

// Every case against every server, each in a zone of its own. What the report says is compared with what dig finds.

const OURS = '3600 10 75 1688 kms1';
const NEIGHBOUR = '3600 10 25 1688 kms2';
const RESTARTED = 'restarted between the commit and the reply: the next pass finds it done, and says that we did it';

for (const server of UPDATE_SERVERS) {
  const zones = CASES.map(zoneOf);
  const shared = once(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'srvkit-battery-'));
    return { folder, serving: await server.start(folder, zones) };
  });
  for (const [index, { title, programs = [], run }] of CASES.entries()) {
    judgeTest([...server.programs, ...programs], `${server.name}: ${title}`, async (t) => {
      const { address } = (await shared.value()).serving;
      await run(placeAt(t, server, address, zones[index]?.origin ?? ''));
    });
  }
  test.after.always(`${server.name} ends`, async () => {
    if (!shared.started()) return;
    const { folder, serving } = await shared.value();
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  });

  judgeTest(server.programs, `${server.name}: ${RESTARTED}`, async (t) => {
    const folder = await temporaryFolder(t);
    const zone = zoneOf({ records: [NEIGHBOUR] }, 0);
    let serving: Serving = await server.start(folder, [zone]);
    t.teardown(() => serving.stop());
    const relay = await startRelay(t, serving.address, () => serving.stop());
    const sleep = async (): Promise<void> => {
      serving = await server.start(folder, [zone]);
      relay.passTo(serving.address);
    };
    const place = placeAt(t, server, relay.address, zone.origin);
    t.like(only(await place.publisher({ sleep }).publish(place.desired())), { outcome: 'published', verified: true });
    t.deepEqual(await placeAt(t, server, serving.address, zone.origin).holds(), [NEIGHBOUR, OURS]);
    t.is((await place.publisher().withdraw(place.desired())).outcome, 'withdrawn');
  });

  judgeTest(server.programs, `${server.name}: 4 row 18: it cannot store the change, and says so each time`, async (t) => {
    const folder = await temporaryFolder(t);
    const zone = zoneOf({ records: [NEIGHBOUR] }, 0);
    const serving = await server.startUnable(folder, [zone]);
    t.teardown(() => serving.stop());
    const place = placeAt(t, server, serving.address, zone.origin);
    const report = only(await place.publisher({ sleep: () => Promise.resolve() }).publish(place.desired()));
    t.like(report, { outcome: 'refused', verified: false });
    t.deepEqual(
      report.attempts.map(({ rcode, tsig }) => `${rcode ?? '-'} ${tsig}`),
      [1, 2, 3].map(() => server.says.cannotStore),
    );
    t.regex(report.hint ?? '', /journal writable/);
    t.deepEqual(await place.holds(), [NEIGHBOUR]);
  });
}

function once<T>(make: () => Promise<T>): { value: () => Promise<T>; started: () => boolean } {
  let made: Promise<T> | undefined;
  return { value: () => (made ??= make()), started: () => made !== undefined };
}
