import test from 'ava';
import { east, only, publisher, serve, srvSet } from './served-zones.ts';

test('a plan changes nothing, has a script, and knows that we may', async (t) => {
  const server = await serve(t, { records: ['3600 0 0 1688 kms-e1.east.contoso.com.'] });
  const report = await publisher(server).publish(east(), { plan: true });
  const zone = only(report);
  t.deepEqual([report.outcome, zone.rights, zone.verified, report.events], ['planned', 'allowed', false, []]);
  const [host, port] = server.address.split(':');
  t.is(
    zone.script,
    `server ${host} ${port}
zone east.contoso.com.
update delete _vlmcs._tcp.east.contoso.com. IN SRV 0 0 1688 kms-e1.east.contoso.com.
update add _vlmcs._tcp.east.contoso.com. 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.
send
`,
  );
  t.deepEqual(srvSet(server), ['3600 0 0 1688 kms-e1.east.contoso.com.']);
  t.is(server.zones.get('east.contoso.com.')?.serial, 1);
  t.is((await publisher(server).withdraw(east(), { plan: true })).outcome, 'planned');
});

test('a plan with nothing to do is unchanged, and still asks for the rights', async (t) => {
  const server = await serve(t, { records: ['3600 10 75 1688 kms-e1.east.contoso.com.'], mayUpdate: () => false });
  const zone = only(await publisher(server).publish(east(), { plan: true }));
  t.deepEqual([zone.outcome, zone.rights, zone.verified], ['unchanged', 'denied', true]);
  t.is(zone.script, '; _vlmcs._tcp.east.contoso.com.: nothing to do\n');
  t.regex(zone.hint ?? '', /does not let it change/);
});

test('a plan without a key at a server that wants one: denied', async (t) => {
  const server = await serve(t, {});
  t.is(only(await publisher(server, { signer: undefined }).publish(east(), { plan: true })).rights, 'denied');
});
