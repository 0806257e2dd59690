import test from 'ava';
import * as fc from 'fast-check';
import { encodeMessage, hmacSigner, makeMessage, makeTsigKey, parseDomainName, signMessage } from '@srvkit/dns';
import { faultNames, parseFault } from '../src/fault.ts';
import { NameServer } from '../src/name-server.ts';
import { name, sampleZone } from './sample-zone.ts';
import { updateOf } from './update-fixture.ts';

const NOW_S = 1_800_000_000;
const KEY = makeTsigKey({ name: parseDomainName('east-key.'), secret: Buffer.from('a secret of the east') });
const EDNS = { udpPayloadSize: 512, version: 0, dnssecOk: true, options: [{ code: 10, data: new Uint8Array(8) }] };
const ARGUMENTS: Readonly<Record<string, string>> = { delay: ':1', ttl: ':4294967295', ede: ':18' };

test('no fault makes the server throw, whatever octets a request was changed in', async (t) => {
  const query = makeMessage({ id: 1, question: [{ name: name('_vlmcs._tcp'), type: 'SRV', class: 'IN' }], edns: EDNS });
  const update = encodeMessage(updateOf(['prereq yxrrset kms1 A', 'update add a 60 A 192.0.2.9']));
  const unsigned = [encodeMessage(query), update];
  const signed = await Promise.all(unsigned.map((bytes) => signMessage(bytes, hmacSigner(KEY), { timeSigned: NOW_S })));
  const requests = [...unsigned, ...signed.map(({ bytes }) => bytes)];
  const kinds = faultNames().map((kind) => `*=${kind}${ARGUMENTS[kind] ?? ''}`);
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(kinds, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...requests),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
      fc.constantFrom('udp' as const, 'tcp' as const),
      async (faults, request, changes, transport) => {
        const bytes = Uint8Array.from(request);
        for (const [at, octet] of changes) bytes[at % bytes.length] = octet;
        const server = new NameServer({
          zones: [sampleZone('_vlmcs._tcp SRV 0 0 1688 kms1\nkms1 A 192.0.2.1')],
          keys: [KEY],
          faults: faults.map(parseFault),
          now: () => NOW_S * 1000,
        });
        const reply = await server.respond(bytes, transport);
        t.true(reply.bytes === undefined || reply.bytes.length >= 12);
      },
    ),
    { numRuns: 2000 },
  );
});
