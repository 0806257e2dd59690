import { decodeMessage, formatRecord, parseDomainName } from '@srvkit/dns';
import type { TsigAlgorithm } from '@srvkit/dns';
import type { TestServer } from '@srvkit/test-server';
import { dnspython, dnspythonOnce, hex, keysOf, octets } from './dnspython.ts';
import { EAST_ZONE, SERVICE } from './east-zone.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { serve } from './serve.ts';

for (const transport of ['udp', 'tcp'] as const) {
  judgeTest(['dnspython'], `dnspython updates our server over ${transport.toUpperCase()} and verifies the reply`, async (t) => {
    const key = makeKey();
    const keys = keysOf(key);
    const server = await serve(t, { zones: [EAST_ZONE], keys: [key] });
    const operations = [
      ['present', SERVICE, 'SRV'],
      ['delete', SERVICE, 'SRV', '10 25 1688 kms-e2.east.contoso.com.'],
      ['add', SERVICE, 3600, 'SRV', '20 0 1688 kms-e3.east.contoso.com.'],
    ];
    const made = await dnspythonOnce({ do: 'make', zone: 'east.contoso.com.', operations, keys, key: 'EAST-key' });
    const reply = await dnspythonOnce({
      do: 'exchange',
      server: server.address,
      transport,
      wire: made.wire ?? '',
      keys,
      requestMac: made.mac ?? '',
    });
    t.like(reply, { rcode: 'NOERROR', opcode: 'UPDATE', flags: ['QR'], signed: true });
    t.deepEqual(contents(server, SERVICE), [
      `${SERVICE} 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.`,
      `${SERVICE} 3600 IN SRV 20 0 1688 kms-e3.east.contoso.com.`,
    ]);
    t.is(server.zones.get('east.contoso.com.')?.serial, 2);
  });
}

interface WronglySigned {
  readonly title: string;
  readonly signed: { secret?: string; name?: string; algorithm?: TsigAlgorithm; skew?: number; fudge?: number };
  readonly error?: string;
  readonly macOctets: number;
}
const WRONGLY_SIGNED: readonly WronglySigned[] = [
  { title: 'another secret', signed: { secret: 'another secret' }, error: 'PeerBadSignature', macOctets: 0 },
  { title: 'an unknown key', signed: { name: 'west-key' }, error: 'PeerBadKey', macOctets: 0 },
  { title: 'another algorithm', signed: { algorithm: 'hmac-sha512' }, error: 'PeerBadKey', macOctets: 0 },
  { title: 'a clock that is 10 minutes slow', signed: { skew: -600 }, error: 'PeerBadTime', macOctets: 32 },
  { title: 'a clock that is 10 minutes fast', signed: { skew: 600 }, error: 'PeerBadTime', macOctets: 32 },
  { title: 'a clock 10 seconds slow, where 5 are allowed', signed: { skew: -10, fudge: 5 }, error: 'PeerBadTime', macOctets: 32 },
  { title: 'a clock 200 seconds slow, where 300 are allowed', signed: { skew: -200 }, macOctets: 32 },
];

for (const { title, signed, error, macOctets } of WRONGLY_SIGNED) {
  judgeTest(['dnspython'], `to an UPDATE signed with ${title} dnspython is told ${error ?? 'that it is done'}`, async (t) => {
    const { name = 'east-key', skew = 0, fudge = 300 } = signed;
    const server = await serve(t, { zones: [EAST_ZONE], keys: [makeKey()] });
    const keys = keysOf(makeKey(signed));
    const made = await dnspythonOnce({
      do: 'make',
      zone: 'east.contoso.com.',
      operations: [['delete', SERVICE]],
      keys,
      key: name,
      skew,
      fudge,
    });
    const reply = await dnspythonOnce({
      do: 'exchange',
      server: server.address,
      transport: 'udp',
      wire: made.wire ?? '',
      keys,
      requestMac: made.mac ?? '',
    });
    const message = decodeMessage(octets(reply.wire));
    t.is(reply.error, error);
    t.is(message.rcode, error === undefined ? 'NOERROR' : 'NOTAUTH');
    t.is(message.tsig?.rdata.mac.length, macOctets);
    t.is(contents(server, SERVICE).length, error === undefined ? 0 : 2);
  });
}

judgeTest(
  ['dnspython'],
  'a signed UPDATE whose id was changed on the way is still accepted, one with another octet changed is not',
  async (t) => {
    const key = makeKey();
    const keys = keysOf(key);
    const server = await serve(t, { zones: [EAST_ZONE], keys: [key] });
    const made = await dnspythonOnce({
      do: 'make',
      zone: 'east.contoso.com.',
      operations: [['delete', SERVICE, 'SRV']],
      keys,
      key: 'east-key',
    });
    const changed = (at: number): string => hex(octets(made.wire).map((octet, index) => (index === at ? octet ^ 1 : octet)));
    const exchange = { do: 'exchange', server: server.address, transport: 'udp', keys, requestMac: made.mac ?? '' } as const;
    const [otherOctet, otherId] = await dnspython({ ...exchange, wire: changed(40) }, { ...exchange, wire: changed(0) });
    t.is(otherOctet?.error, 'PeerBadSignature');
    t.like(otherId, { rcode: 'NOERROR', signed: true });
    t.deepEqual(contents(server, SERVICE), []);
  },
);

function contents(server: TestServer, owner: string): readonly string[] {
  const zone = server.zones.get('east.contoso.com.');
  return (zone?.rrset(parseDomainName(owner), 'SRV')?.records ?? []).map(formatRecord).toSorted();
}
