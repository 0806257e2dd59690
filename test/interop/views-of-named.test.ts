import { hmacSigner, parseDomainName } from '@srvkit/dns';
import { createPublisher } from '@srvkit/publisher';
import { digOne } from './dig.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { startNamed } from './named.ts';

// BIND chooses the view by the key of the request. Inside, the zone is cut where outside it is not.
const INSIDE = makeKey({ name: 'inside' });
const OWNER = '_vlmcs._tcp.east.contoso.com.';
const VIEWS = [
  { name: 'inside', clients: 'key inside.', origin: 'east.contoso.com', policy: ['grant inside. zonesub SRV'], record: '' },
  { name: 'outside', clients: 'any', origin: 'contoso.com', policy: [], record: `${OWNER} SRV 0 0 1688 kms-e1.east.contoso.com.` },
].map(({ name, clients, origin, policy, record }) => ({
  name,
  clients,
  zones: [
    { origin, updatePolicy: policy, text: `$TTL 3600\n@ SOA ns hostmaster 1 900 600 86400 60\n@ NS ns\nns A 127.0.0.1\n${record}\n` },
  ],
}));
const desired = {
  service: '_vlmcs._tcp',
  target: parseDomainName('kms-e1.east.contoso.com'),
  port: 1688,
  entries: [{ domain: parseDomainName('east.contoso.com'), priority: 10, weight: 75 }],
};

judgeTest(
  ['named', 'dig'],
  'in the view that named shows to its key our publisher finds the zone, reads, publishes and reads back',
  async (t) => {
    const server = await startNamed(t, { views: VIEWS, keys: [INSIDE] });
    const secret = Buffer.from(INSIDE.secret).toString('base64');
    const inside = async (): Promise<readonly string[]> =>
      (await digOne(server, '-y', `hmac-sha256:inside:${secret}`, OWNER, 'SRV')).answer;
    const outside = async (): Promise<readonly string[]> => (await digOne(server, OWNER, 'SRV')).answer;
    const before = await outside();
    const publisher = createPublisher({ server, signer: hmacSigner(INSIDE), timeoutMs: 20_000 });

    const plan = await publisher.publish(desired, { plan: true });
    t.like(plan, { outcome: 'planned', zones: [{ zone: 'east.contoso.com.', rights: 'allowed', delete: [] }] });
    const report = await publisher.publish(desired);
    t.like(report, { outcome: 'published', zones: [{ zone: 'east.contoso.com.', verified: true, serial: { before: 1, after: 2 } }] });
    t.deepEqual(await inside(), [`${OWNER} 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.`]);
    t.deepEqual(await outside(), before);
    t.is((await publisher.publish(desired)).outcome, 'unchanged');
    t.is((await publisher.withdraw(desired)).outcome, 'withdrawn');
    t.deepEqual([await inside(), await outside()], [[], before]);
  },
);
