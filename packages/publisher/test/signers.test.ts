import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import type { SignerSession } from '@srvkit/dns';
import { desired, east, entry, only, publisher, serve, signer } from './served-zones.ts';

test('a factory is opened once for a server, with the name of the primary, and closed whatever happens', async (t) => {
  const server = await serve(t, { mayUpdate: (_, zone) => zone.labelCount === 3 && !zone.equals(parseDomainName('west.contoso.com')) });
  const opened: string[] = [];
  let closed = 0;
  const factory = {
    open: ({ name, address, port }: { name: { toString(): string }; address: string; port: number }): Promise<SignerSession> => {
      opened.push(`${name.toString()} ${address}:${port}`);
      return Promise.resolve({ ...signer, close: () => Promise.resolve(void (closed += 1)) });
    },
  };
  const report = await publisher(server, { signer: factory }).publish(desired([entry('east.contoso.com'), entry('west.contoso.com')]));
  t.deepEqual(
    report.zones.map(({ outcome }) => outcome),
    ['published', 'refused'],
  );
  t.deepEqual([opened, closed], [[`ns.east.contoso.com. ${server.address}`], 1]);
});

test('a factory that fails refuses the zone, and says why', async (t) => {
  const server = await serve(t, {});
  const factory = { open: () => Promise.reject(new Error('no ticket for DNS/ns.east.contoso.com')) };
  const report = await publisher(server, { signer: factory }).publish(east());
  t.is(report.outcome, 'refused');
  t.regex(only(report).hint ?? '', /no ticket for DNS/);
});
