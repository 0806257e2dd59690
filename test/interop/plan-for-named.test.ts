import type { ZoneReport } from '@srvkit/publisher';
import { digOne } from './dig.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { DONE, nsupdate } from './nsupdate.ts';
import {
  change,
  E1_KEY,
  E2_KEY,
  EAST,
  inBoth,
  JUDGES,
  NEIGHBOUR,
  OURS,
  publisherFor,
  recordsAt,
  startSites,
  WEST,
} from './sites-in-named.ts';

judgeTest(JUDGES, 'the script of a plan does in nsupdate what our publisher does', async (t) => {
  const server = await startSites(t);
  const before = [NEIGHBOUR, `${EAST} 3600 IN SRV 90 0 1688 kms-e1.east.contoso.com.`];
  const restore = async (): Promise<void> => {
    await change(t, server, `update delete ${WEST} SRV`);
    await change(t, server, `update delete ${EAST} SRV`, ...before.map((record) => `update add ${record}`));
  };
  const contents = async (): Promise<readonly string[]> => [...(await recordsAt(server, EAST)), ...(await recordsAt(server, WEST))];
  const publisher = publisherFor(server, E1_KEY);

  await restore();
  const plan = await publisher.publish(inBoth(), { plan: true });
  t.like(plan, { outcome: 'planned', zones: [{ rights: 'allowed' }, { rights: 'allowed' }] });
  t.deepEqual(await contents(), before.toSorted());
  for (const { script = '' } of plan.zones) t.deepEqual(await nsupdate(script.trimEnd().split('\n'), { server, key: E1_KEY }), DONE);
  const byNsupdate = await contents();

  await restore();
  t.is((await publisher.publish(inBoth())).outcome, 'published');
  t.deepEqual(byNsupdate, await contents());
  t.deepEqual(byNsupdate, [...[NEIGHBOUR, OURS].toSorted(), `${WEST} 3600 IN SRV 90 75 1688 kms-e1.east.contoso.com.`]);
});

for (const { title, key, rights, hint } of [
  { title: 'a key that may change the name', key: E1_KEY, rights: ['allowed', 'allowed'], hint: undefined },
  { title: 'a key that may change one name of two', key: E2_KEY, rights: ['allowed', 'denied'], hint: /does not let it change/ },
  { title: 'an unknown key', key: makeKey({ name: 'kms-e7' }), rights: ['denied', 'denied'], hint: /does not know key/ },
]) {
  judgeTest(JUDGES, `a plan for named with ${title} changes nothing and says ${rights.join(' and ')}`, async (t) => {
    const server = await startSites(t);
    const report = await publisherFor(server, key).publish(inBoth(), { plan: true });
    t.deepEqual(
      report.zones.map((zone) => zone.rights),
      rights as ZoneReport['rights'][],
    );
    for (const zone of report.zones) {
      t.is(zone.outcome, 'planned');
      t.is(zone.serial.before, 1);
      if (zone.rights === 'denied' && hint !== undefined) t.regex(zone.hint ?? '', hint);
    }
    t.deepEqual([...(await recordsAt(server, EAST)), ...(await recordsAt(server, WEST))], []);
    const [soa = ''] = (await digOne(server, 'east.contoso.com', 'SOA')).answer;
    t.regex(soa, / hostmaster\.east\.contoso\.com\. 1 900 /);
  });
}
