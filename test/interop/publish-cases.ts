import { parseDomainName } from '@srvkit/dns';
import type { ResourceRecord, TsigKey } from '@srvkit/dns';
import { memoryJournal } from '@srvkit/publisher';
import type { Desired, PublisherOptions } from '@srvkit/publisher';
import { makeKey } from './key.ts';
import { DONE, nsupdate } from './nsupdate.ts';
import type { Program } from './program.ts';
import { inDomains, longestDomain, longestTarget, ODD_LABELS, ODDER_LABELS, publishOddly } from './odd-names.ts';
import { only, recordAt } from './publish-place.ts';
import type { Place, ZoneLines } from './publish-place.ts';
import { publishByTurns } from './publishers-by-turns.ts';
import { startRelay } from './swallowing-relay.ts';
import { PUBLISHER, STRANGER } from './update-servers.ts';
import type { Refusal, UpdateServer } from './update-servers.ts';

const OURS = '3600 10 75 1688 kms1';
const NEIGHBOUR = '3600 10 25 1688 kms2';
/** A neighbour, twins of ours, and ours at an old port. */
const TANGLED = ['60 10 25 1688 kms2', '60 90 75 1688 kms1', '60 0 0 1688 kms1', '60 10 75 1689 kms1'];

/** Something to do in a zone of its own, at every server. */
export interface Case extends ZoneLines {
  readonly title: string;
  /** Needed beside the server. */
  readonly programs?: readonly Program[];
  readonly run: (place: Place) => Promise<void>;
}

/** The rows of publish section 4, in its order, and what is asked for beyond. */
export const CASES: readonly Case[] = [
  { title: 'a first record', run: publishing({ holds: [OURS] }) },
  {
    title: '4 row 1: the same record with another TTL',
    records: ['60 10 75 1688 kms1'],
    run: publishing({ holds: [OURS] }, { ttlPolicy: 'enforce' }),
  },
  {
    title: "4 row 2: another TTL moves the neighbour's, which is said",
    records: ['60 10 25 1688 kms2', '60 10 75 1688 kms1'],
    run: publishing({ findings: ['ttl-moved-neighbours'], holds: [NEIGHBOUR, OURS] }, { ttlPolicy: 'enforce' }),
  },
  {
    title: "4 row 3: a second record takes the TTL of the set, so that the neighbour's stays",
    records: ['60 10 25 1688 kms2'],
    run: publishing({ findings: ['ttl-kept'], holds: ['60 10 25 1688 kms2', '60 10 75 1688 kms1'] }),
  },
  {
    title: '4 row 4: a new weight leaves no twin',
    records: [NEIGHBOUR, '3600 10 1 1688 kms1'],
    run: publishing({ holds: [NEIGHBOUR, OURS] }),
  },
  { title: 'a new priority leaves no twin', records: [NEIGHBOUR, '3600 90 75 1688 kms1'], run: publishing({ holds: [NEIGHBOUR, OURS] }) },
  {
    title: 'a new port leaves the old one, which is said',
    records: ['3600 10 75 1689 kms1'],
    run: publishing({ findings: ['same-target-other-port'], holds: [OURS, '3600 10 75 1689 kms1'] }),
  },
  {
    title: 'a new port that replaces the old one',
    records: ['3600 10 75 1689 kms1'],
    run: publishing({ holds: [OURS] }, { replacePort: 1689 }),
  },
  {
    title: '4 row 5: what differs in letter case is deleted by the letters that were read',
    records: [NEIGHBOUR, '3600 90 1 1688 KMS1'],
    run: publishing({ holds: [NEIGHBOUR, OURS] }),
  },
  {
    title: '4 row 6: what differs in letter case only is there already',
    records: ['3600 10 75 1688 KMS1'],
    run: async (place) => {
      const { t, server } = place;
      const [findings, holds] = server.keepsLetters ? [['case-kept'], ['3600 10 75 1688 KMS1']] : [[], [OURS]];
      await publishing({ outcome: 'unchanged', findings, holds })(place);
      t.is(await place.send({ operations: [{ kind: 'add', record: recordAt(place, '3600 10 75 1688 Kms1') }] }), 'NOERROR verified');
      t.is((await place.holds()).length, 1);
    },
  },
  {
    title: '4 row 7: an alias at the owner keeps everything out',
    line: '_vlmcs._tcp CNAME elsewhere',
    run: async (place) => {
      const { t } = place;
      const zone = only(await place.publisher().publish(place.desired()));
      t.like(zone, { outcome: 'not-applied', verified: false, findings: [{ code: 'ignored-by-cname' }] });
      t.regex(zone.hint ?? '', /is an alias for elsewhere\./);
      t.is((await place.publisher().withdraw(place.desired())).outcome, 'unchanged');
    },
  },
  {
    title: "a wildcard's alias covers the owner, and keeps nothing out",
    line: '* CNAME dns1',
    run: async (place) => {
      const { t } = place;
      t.like(only(await place.publisher().publish(place.desired(), { plan: true })), { outcome: 'planned', rights: 'allowed' });
      await publishing({ attempts: 2, holds: [OURS] })(place);
      t.like(only(await place.publisher().withdraw(place.desired())), { outcome: 'withdrawn', verified: true });
    },
  },
  {
    title: "a wildcard's records are no neighbours: ours hides them, and is withdrawn although they show again",
    line: '*._tcp SRV 0 0 1688 elsewhere\n*._tcp SRV 10 75 1688 kms1',
    run: async (place) => {
      const { t } = place;
      t.is((await place.holds()).length, 2);
      for (const plan of [true, false]) {
        const report = await place.publisher().publish(place.desired(), { plan });
        t.like(only(report), { outcome: plan ? 'planned' : 'published', keep: [] });
        t.regex(
          report.warnings.map(({ code, message }) => `${code}: ${message}`).join(),
          /^covered-by-wildcard: .* do not find elsewhere\.[^ ]* there any more[^:]*$/,
        );
      }
      t.deepEqual(await place.holds(), [OURS]);
      const report = await place.publisher().withdraw(place.desired());
      t.like(only(report), { outcome: 'withdrawn', verified: true });
      t.like(report.warnings, [{ code: 'covered-by-wildcard' }]);
      t.is((await place.holds()).length, 2);
      t.is((await place.publisher().withdraw(place.desired())).outcome, 'unchanged');
    },
  },
  {
    title: 'below a DNAME nothing is put, because it would be hidden (RFC 6672)',
    line: String.raw`sub TYPE39 \# 23 09656c73657768657265076578616d706c65036e657400`, // DNAME elsewhere.example.net.
    run: async (place) => {
      const { t, server, origin } = place;
      const entries = [{ domain: parseDomainName(`sub.${origin}`), priority: 10, weight: 75 }];
      const zone = only(await place.publisher().publish(place.desired({ entries })));
      if (!server.followsDname) return void t.is(zone.outcome, 'published');
      t.like(zone, { outcome: 'not-applied', findings: [{ code: 'ignored-by-cname' }], attempts: [] });
      t.regex(zone.hint ?? '', /is an alias for _vlmcs\._tcp\.elsewhere\.example\.net\. by the DNAME at sub\./);
    },
  },
  {
    title: '4 row 8: withdrawing takes only ours, and what is not there is unchanged',
    records: [NEIGHBOUR, OURS, '3600 90 0 1688 kms1'],
    run: async (place) => {
      const { t } = place;
      t.like(only(await place.publisher().withdraw(place.desired())), { outcome: 'withdrawn', verified: true });
      t.deepEqual(await place.holds(), [NEIGHBOUR]);
      t.like(only(await place.publisher().withdraw(place.desired())), { outcome: 'unchanged', attempts: [] });
    },
  },
  {
    title: '4 row 9: a prerequisite wants the exact set, and an UPDATE is done as a whole or not at all',
    records: [NEIGHBOUR, OURS],
    run: async (place) => {
      const { t } = place;
      const [neighbour, ours, more] = [NEIGHBOUR, OURS, '3600 0 0 1688 kms3'].map((line) => recordAt(place, line)) as [
        ResourceRecord,
        ResourceRecord,
        ResourceRecord,
      ];
      const add = [{ kind: 'add', record: more }] as const;
      const when = (...records: ResourceRecord[]): Parameters<Place['send']>[0] => ({
        prerequisites: [{ kind: 'rrsetEquals', records }],
        operations: add,
      });
      t.is(await place.send(when(ours)), 'NXRRSET verified');
      t.is(await place.send(when(ours, neighbour, more)), 'NXRRSET verified');
      const outside = { ...more, name: parseDomainName('_vlmcs._tcp.example.net') };
      t.is(await place.send({ operations: [...add, { kind: 'add', record: outside }] }), 'NOTZONE verified');
      t.deepEqual(await place.holds(), [NEIGHBOUR, OURS]);
      t.is(await place.send(when(ours, neighbour)), 'NOERROR verified');
      t.deepEqual(await place.holds(), ['3600 0 0 1688 kms3', NEIGHBOUR, OURS]);
    },
  },
  {
    title: '4.0: a plan is allowed, and the prerequisites of its probes keep the zone as it is',
    records: [NEIGHBOUR],
    run: async (place) => {
      const { t } = place;
      const plan = only(await place.publisher().publish(place.desired(), { plan: true }));
      t.like(plan, { outcome: 'planned', rights: 'allowed' });
      t.deepEqual(await place.holds(), [NEIGHBOUR]);
      const { serial } = only(await place.publisher().publish(place.desired()));
      t.is(serial.before, plan.serial.before);
      t.is((await place.publisher().publish(place.desired(), { plan: true })).outcome, 'unchanged');
    },
  },
  {
    title: '4 row 10: a zone the server does not have',
    run: async (place) => {
      const { t } = place;
      const entries = [{ domain: parseDomainName('example.net'), priority: 0, weight: 0 }];
      const zone = only(await place.publisher().publish({ ...place.desired(), entries }));
      t.like(zone, { outcome: 'refused', zone: null, primary: null });
      t.regex(
        zone.hint ?? '',
        new RegExp(`answered ${place.server.says.foreignZone} when it was asked about _vlmcs\\._tcp\\.example\\.net\\.`),
      );
    },
  },
  {
    title: '4 row 10: an UPDATE of a zone the server does not have, or of a name below its own as a zone',
    records: [NEIGHBOUR],
    run: async (place) => {
      const { t, server, origin } = place;
      const operations = [{ kind: 'deleteRecord', record: recordAt(place, NEIGHBOUR) }] as const;
      for (const zone of ['example.net', `_tcp.${origin}`]) t.is(await place.send({ operations }, zone), server.says.foreignUpdate, zone);
      t.deepEqual(await place.holds(), [NEIGHBOUR]);
    },
  },
  {
    title: 'a domain inside the zone',
    run: async (place) => {
      const { t, origin } = place;
      const entries = [{ domain: parseDomainName(`lab.${origin}`), priority: 0, weight: 0 }];
      t.like(only(await place.publisher().publish({ ...place.desired(), entries })), { outcome: 'published', zone: `${origin}.` });
    },
  },
  { title: '4 row 11: no key', records: [NEIGHBOUR], run: refused('unsigned', { key: undefined }, /only with a key/) },
  {
    title: '4 row 12: an unknown key',
    records: [NEIGHBOUR],
    run: refused('unknownKey', { key: makeKey({ name: 'nobody' }) }, /key nobody\./),
  },
  {
    title: '4 row 13: a wrong secret',
    records: [NEIGHBOUR],
    run: refused('wrongSecret', { key: makeKey({ name: 'publisher', secret: 'another secret of enough octets' }) }, /secret/),
  },
  {
    title: '4 row 14: the right key with another algorithm',
    records: [NEIGHBOUR],
    run: refused('otherAlgorithm', { key: makeKey({ name: 'publisher', algorithm: 'hmac-sha384' }) }, /algorithm/),
  },
  { title: '4 row 19: a key that may not', records: [NEIGHBOUR], run: refused('stranger', { key: STRANGER }, /allow|let it/) },
  ...[-1000, 1000].map((seconds) => ({
    title: `4 row 15: a clock ${seconds} s off`,
    records: [NEIGHBOUR],
    run: async (place: Place): Promise<void> => {
      const options = { now: () => Date.now() + seconds * 1000 };
      await refused('wrongClock', options, /clocks/)(place);
      const report = await place.publisher(options).publish(place.desired());
      const offset = place.server.tellsTime ? ['clock-offset'] : [];
      place.t.deepEqual(
        report.warnings.map(({ code }) => code),
        offset,
      );
    },
  })),
  {
    title: '4 row 16: a key whose name was given in upper case',
    run: async (place) => {
      const key = makeKey({ name: 'PUBLISHER', secret: 'the secret of publisher, which has enough octets' });
      place.t.like(only(await place.publisher({ key }).publish(place.desired())), { outcome: 'published', verified: true });
    },
  },
  {
    title: '4 row 17: an earlier Time Signed than the last one, as after a restart with a clock set back',
    run: async (place) => {
      place.t.is((await place.publisher().publish(place.desired())).outcome, 'published');
      const slow = place.publisher({ now: () => Date.now() - 100_000 });
      place.t.is((await slow.withdraw(place.desired())).outcome, 'withdrawn');
    },
  },
  {
    title: 'the script of a plan, run by nsupdate, makes of the zone what we make of it',
    programs: ['nsupdate'],
    records: TANGLED,
    run: async (place) => {
      const { t, address } = place;
      const plan = only(await place.publisher().publish(place.desired({ replacePort: 1689 }), { plan: true }));
      t.deepEqual(await nsupdate((plan.script ?? '').split('\n'), { server: address, key: PUBLISHER }), DONE);
      const theirs = await place.holds();
      t.is((await place.publisher().publish(place.desired({ replacePort: 1689 }))).outcome, 'unchanged');

      const back = TANGLED.map((line) => ({ kind: 'add', record: recordAt(place, line) }) as const);
      const empty = { kind: 'deleteRRset', name: recordAt(place, OURS).name, type: 'SRV' } as const;
      t.is(await place.send({ operations: [empty, ...back] }), 'NOERROR verified');
      t.is((await place.publisher().publish(place.desired({ replacePort: 1689 }))).outcome, 'published');
      t.deepEqual(await place.holds(), theirs);
      t.deepEqual(theirs, ['60 10 25 1688 kms2', '60 10 75 1688 kms1']);
    },
  },
  {
    title: 'the reply is lost after the commit: the zone is read and shows it',
    records: [NEIGHBOUR],
    run: async (place) => {
      const relay = await startRelay(place.t, place.address, () => Promise.resolve());
      const zone = only(await place.publisher({ server: relay.address }).publish(place.desired()));
      place.t.like(zone, { outcome: 'published', verified: true, attempts: [{ rcode: null, tsig: 'none' }] });
      place.t.is(zone.attempts.length, 1);
      place.t.deepEqual(await place.holds(), [NEIGHBOUR, OURS]);
    },
  },
  {
    title: 'six publishers at the same time: each finds its own record, and all are there',
    records: ['3600 9 9 9 other'],
    run: async (place) => {
      const hosts = [1, 2, 3, 4, 5, 6].map((index) => parseDomainName(`host${index}.${place.origin}`));
      const reports = await Promise.all(hosts.map((target) => place.publisher().publish(place.desired({ target }))));
      place.t.deepEqual(
        reports.map((report) => [report.outcome, only(report).verified]),
        hosts.map(() => ['published', true]),
      );
      place.t.deepEqual(await place.holds(), [...hosts.map((_, index) => `3600 10 75 1688 host${index + 1}`), '3600 9 9 9 other']);
    },
  },
  {
    title: 'domains with odd but lawful names, up to 255 octets',
    programs: ['nsupdate'],
    run: (place) => publishOddly(place, [inDomains(place, [...ODD_LABELS, longestDomain(place)])]),
  },
  {
    title: 'a wildcard as domain, by itself in its zone (publish 4 row 22)',
    programs: ['nsupdate'],
    run: (place) => publishOddly(place, [inDomains(place, ['*'])]),
  },
  {
    title: 'targets with odd but lawful names, up to 255 octets',
    programs: ['nsupdate'],
    run: (place) => {
      const targets = ['*', ...ODD_LABELS, longestTarget(place)].map((label) => parseDomainName(`${label}.${place.origin}`));
      return publishOddly(
        place,
        targets.map((target) => place.desired({ target })),
      );
    },
  },
  {
    title: 'domains of octets that a server may choke on: published, or the report says what it answered',
    programs: ['nsupdate'],
    run: async (place) => {
      const { t, server } = place;
      const desired = inDomains(place, ODDER_LABELS);
      if (server.answersEveryName) return publishOddly(place, [desired]);
      const { zones } = await place.publisher({ sleep: () => Promise.resolve() }).publish(desired);
      for (const { outcome, owner, hint = '' } of zones) {
        t.is(outcome, 'unreachable');
        t.true(hint.includes(`answered SERVFAIL when it was asked about ${owner}`), hint);
      }
    },
  },
  {
    title: 'four publishers in the random order of three seeds, alone and at the same time: each finds exactly its own record at the end',
    records: ['77 0 0 9 host0', '77 1 1 1688 stranger'],
    run: publishByTurns,
  },
  {
    title: 'a refresh sends a record that is right already, which changes nothing but its age (kms P-29)',
    records: [NEIGHBOUR, OURS],
    run: async (place) => {
      const { t } = place;
      const zone = only(await place.publisher().publish(place.desired(), { refresh: true }));
      t.like(zone, { outcome: 'unchanged', verified: true });
      t.deepEqual(
        zone.attempts.map(({ rcode, tsig }) => `${rcode ?? '-'} ${tsig}`),
        ['NOERROR verified'],
      );
      t.is(only(await place.publisher().publish(place.desired())).serial.before, zone.serial.before);
      t.deepEqual(await place.holds(), [NEIGHBOUR, OURS]);
    },
  },
  {
    title: 'with a journal, the record at the old port goes in the same message (kms P-28)',
    records: [NEIGHBOUR],
    run: async (place) => {
      const { t } = place;
      const journal = memoryJournal();
      await place.publisher({ journal }).publish(place.desired({ port: 1689 }));
      const zone = only(await place.publisher({ journal }).publish(place.desired()));
      t.deepEqual([zone.outcome, zone.attempts.length], ['published', 1]);
      t.deepEqual(await place.holds(), [NEIGHBOUR, OURS]);
    },
  },
  {
    title: 'draining puts us behind the neighbour, and nobody else moves',
    records: [NEIGHBOUR, OURS],
    run: async (place) => {
      place.t.is(only(await place.publisher().publish(place.desired({ draining: true }))).outcome, 'published');
      place.t.deepEqual(await place.holds(), [NEIGHBOUR, '3600 11 75 1688 kms1']);
    },
  },
];

/** Publishes, and wants this outcome, these findings and, in the zone and in the report, these records. */
function publishing(
  want: { outcome?: string; findings?: readonly string[]; attempts?: number; holds: readonly string[] },
  parts: Partial<Desired> = {},
  entry: Parameters<Place['desired']>[1] = {},
): Case['run'] {
  return async (place) => {
    const { t } = place;
    const zone = only(await place.publisher().publish(place.desired(parts, entry)));
    t.like(zone, { outcome: want.outcome ?? 'published', verified: true });
    t.deepEqual(
      zone.findings.map(({ code }) => code),
      [...(want.findings ?? [])] as (typeof zone.findings)[number]['code'][],
    );
    t.deepEqual(await place.holds(), want.holds);
    const attempt = { server: place.address, transport: 'tcp', rcode: 'NOERROR', tsig: 'verified' } as const;
    const sent = want.outcome === 'unchanged' ? 0 : (want.attempts ?? 1);
    t.deepEqual(
      zone.attempts,
      Array.from({ length: sent }, () => attempt),
    );
  };
}

/** Is refused as the server's table says, with a hint; nothing changes, and the report still says what is there. */
function refused(
  says: keyof UpdateServer['says'],
  options: PublisherOptions & { readonly key?: TsigKey | undefined },
  hint: RegExp,
): Case['run'] {
  return async (place) => {
    const { t, server } = place;
    const zone = only(await place.publisher(options).publish(place.desired()));
    const [rcode, tsig] = (server.says[says] as Refusal).split(' ');
    t.like(zone, { outcome: 'refused', verified: false });
    t.deepEqual(
      zone.attempts.map((attempt) => `${attempt.rcode ?? '-'} ${attempt.tsig}`),
      [`${rcode} ${tsig}`],
    );
    t.deepEqual(
      zone.keep.map(({ target }) => target),
      [`kms2.${place.origin}.`],
    );
    t.regex(zone.hint ?? '', hint);
    t.deepEqual(await place.holds(), [NEIGHBOUR]);
    // The rehearsal says the same beforehand.
    t.is(only(await place.publisher(options).publish(place.desired(), { plan: true })).rights, 'denied');
  };
}
