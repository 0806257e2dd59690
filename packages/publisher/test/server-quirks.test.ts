import { hmacSigner, makeTsigKey, parseDomainName } from '@srvkit/dns';
import test from 'ava';
import type { Desired, PublisherOptions } from '../src/index.ts';
import { desired, east, entry, neighbour, only, publisher, serve, signer, srvSet } from './served-zones.ts';
import type { Served } from './served-zones.ts';

// Real servers as the test server plays them: what the publisher makes of each (publish 1.1, 4, 4.1, 4.2).

const OURS = '3600 10 75 1688 kms-e1.east.contoso.com.';
const NEIGHBOUR = '3600 10 25 1688 kms-e2.east.contoso.com.';

interface Quirk {
  title: string;
  faults: string[];
  served?: Served;
  options?: PublisherOptions;
  parts?: Partial<Desired>;
  /** Somebody else with another key has published there before. */
  owned?: true;
  want: { outcome: string; verified: boolean; attempts: string[]; findings?: string[]; hint?: RegExp; holds: string[] };
}

const done = { outcome: 'published', verified: true, attempts: ['NOERROR verified'] };
const refused = { outcome: 'refused', verified: false };

const quirks: Quirk[] = [
  {
    title: "Samba's MAC is named, and the zone decides: it shows the record",
    faults: ['*=samba'],
    want: { outcome: 'published', verified: true, attempts: ['NOERROR samba-mac'], holds: [OURS] },
  },
  {
    title: "Samba's MAC is named, and the zone decides: a name that is another's",
    faults: ['*=samba'],
    owned: true,
    want: {
      outcome: 'not-applied',
      verified: false,
      attempts: ['REFUSED samba-mac'],
      hint: /answered REFUSED, signed as older Samba servers do/,
      holds: [NEIGHBOUR],
    },
  },
  { title: 'Windows, a name that nobody has yet', faults: ['*=windows'], want: { ...done, holds: [OURS] } },
  {
    title: "Windows sends our own request back when the name is another's",
    faults: ['*=windows'],
    owned: true,
    want: { ...refused, attempts: ['REFUSED echoed'], hint: /as Windows does: whoever created .* Full Control/, holds: [NEIGHBOUR] },
  },
  {
    title: 'a refusal that is not signed (no-tsig-on-refusal)',
    faults: ['*=no-tsig-on-refusal'],
    served: { mayUpdate: () => false },
    want: { ...refused, attempts: ['REFUSED unsigned'], hint: /refused without signing its reply/, holds: [] },
  },
  {
    title: 'BADKEY for what the key may not do (badkey-on-denial)',
    faults: ['*=badkey-on-denial'],
    served: { mayUpdate: () => false },
    want: { ...refused, attempts: ['NOTAUTH unsigned'], hint: /does not know key east-key\..*, or does not let it change/, holds: [] },
  },
  {
    title: 'a wrong secret that is REFUSED unsigned (refuse-bad-tsig)',
    faults: ['*=refuse-bad-tsig'],
    options: { signer: hmacSigner(makeTsigKey({ name: parseDomainName('east-key'), secret: Buffer.from('another secret') })) },
    want: { ...refused, attempts: ['REFUSED unsigned'], hint: /check the name \(lower case\), algorithm and secret/, holds: [] },
  },
  {
    title: 'a TTL that changes only by deleting first (ignore-ttl)',
    faults: ['*=ignore-ttl'],
    served: { records: ['60 10 75 1688 kms-e1.east.contoso.com.'] },
    parts: { ttlPolicy: 'enforce' },
    want: { ...done, holds: [OURS] },
  },
  {
    title: 'a neighbour whose TTL we keep (ignore-ttl)',
    faults: ['*=ignore-ttl'],
    served: { records: ['60 10 25 1688 kms-e2.east.contoso.com.'] },
    want: {
      ...done,
      findings: ['ttl-kept'],
      holds: ['60 10 25 1688 kms-e2.east.contoso.com.', '60 10 75 1688 kms-e1.east.contoso.com.'],
    },
  },
  {
    title: 'a twin in other letters goes by the letters that were read (keep-case)',
    faults: ['*=keep-case'],
    served: { records: ['3600 0 0 1688 KMS-E1.east.contoso.com.'] },
    want: { ...done, holds: [OURS] },
  },
  {
    title: 'ours in other letters stays (keep-case)',
    faults: ['*=keep-case'],
    served: { records: ['3600 10 75 1688 KMS-E1.east.contoso.com.'] },
    want: {
      outcome: 'unchanged',
      verified: true,
      attempts: [],
      findings: ['case-kept'],
      holds: ['3600 10 75 1688 KMS-E1.east.contoso.com.'],
    },
  },
  {
    title: 'an alias, where adding would be REFUSED (refuse-at-alias): not even tried, after the name was found in use',
    faults: ['*=refuse-at-alias'],
    served: { more: '_vlmcs._tcp CNAME elsewhere.contoso.com.' },
    want: {
      outcome: 'not-applied',
      verified: false,
      attempts: ['YXDOMAIN verified'],
      findings: ['ignored-by-cname'],
      hint: /is an alias for/,
      holds: [],
    },
  },
];

for (const { title, faults, served = {}, options = {}, parts = {}, owned, want } of quirks) {
  test(`a quirk is met: ${title}`, async (t) => {
    const server = await serve(t, { faults, ...served });
    if (owned === true) await publisher(server, { signer: neighbour }).publish(theirs());
    const zone = only(await publisher(server, { signer, ...options }).publish({ ...east(), ...parts }));
    const { outcome, verified, attempts, findings, hint = '' } = zone;
    t.deepEqual(
      {
        outcome,
        verified,
        attempts: attempts.map(({ rcode, tsig }) => `${rcode ?? '-'} ${tsig}`),
        findings: findings.map(({ code }) => code as string),
        holds: srvSet(server),
      },
      { outcome: want.outcome, verified: want.verified, attempts: want.attempts, findings: want.findings ?? [], holds: want.holds },
    );
    t.regex(hint, want.hint ?? /^$/);
  });
}

test('Samba looks at prerequisites first, so that a plan cannot tell the rights', async (t) => {
  const server = await serve(t, { faults: ['*=samba'] });
  t.like(only(await publisher(server).publish(east(), { plan: true })), { outcome: 'planned', rights: 'inconclusive' });
});

function theirs(): Desired {
  return { ...desired([{ ...entry('east.contoso.com'), weight: 25 }]), target: parseDomainName('kms-e2.east.contoso.com') };
}
