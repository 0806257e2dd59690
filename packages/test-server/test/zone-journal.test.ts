import * as fc from 'fast-check';
import test from 'ava';
import { changeBy } from '../src/journal/zone-change.ts';
import { formatChange, formatHead, readJournal } from '../src/journal/zone-journal.ts';
import { ZoneJournalError } from '../src/journal/zone-journal-error.ts';
import { applyUpdate } from '../src/zone/index.ts';
import type { Zone } from '../src/zone/index.ts';
import { contents, sampleZone } from './sample-zone.ts';
import { updateOf } from './update-fixture.ts';

const FILE = 'example.org.journal';
const MASTER = sampleZone('a A 192.0.2.1\n_vlmcs._tcp SRV 0 0 1688 a\n');
const WORDS = [
  'update add a 60 A 192.0.2.2',
  'update delete a A',
  'update delete a',
  'update add b.c 300 TXT "one" "t\\"wo"',
  'update delete b.c TXT',
  'update add _vlmcs._tcp 60 SRV 10 75 1688 A',
  'update delete _vlmcs._tcp SRV 0 0 1688 a',
  'update add @ 300 NS ns2',
  'update add @ 300 SOA ns1 host 90 3600 600 86400 60',
  'update add d 60 CNAME a',
  'update add child 60 NS ns.child',
] as const;

interface Kept {
  /** The zone after each entry, the master first. */
  readonly zones: readonly Zone[];
  /** Octets at the end of each. */
  readonly ends: readonly number[];
  readonly bytes: Buffer;
}

/** The journal of updates that were made one after the other. */
function keep(words: readonly string[]): Kept {
  let text = formatHead(MASTER);
  const zones = [MASTER];
  const ends = [Buffer.byteLength(text)];
  for (const word of words) {
    const before = zones.at(-1) ?? MASTER;
    const update = updateOf([word]);
    const { zone, changed } = applyUpdate(before, update);
    if (!changed) continue;
    text += formatChange(changeBy(update, before, zone));
    zones.push(zone);
    ends.push(Buffer.byteLength(text));
  }
  return { zones, ends, bytes: Buffer.from(text) };
}

const updates = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 });

test('played back, a journal gives the zone as it was, serial and letters included', (t) => {
  fc.assert(
    fc.property(updates, (words) => {
      const { zones, bytes } = keep(words);
      const read = readJournal(bytes, MASTER, FILE);
      t.is(read.kind, 'goes-on');
      if (read.kind === 'goes-on') t.deepEqual(contents(read.zone), contents(zones.at(-1) ?? MASTER));
    }),
  );
});

test('cut anywhere, it gives what was whole until there', (t) => {
  fc.assert(
    fc.property(updates, fc.nat(), (words, at) => {
      const { zones, ends, bytes } = keep(words);
      const cut = at % (bytes.length + 1);
      const whole = ends.filter((end) => end <= cut).length;
      const read = readJournal(bytes.subarray(0, cut), MASTER, FILE);
      t.like(read, { kind: 'goes-on', length: whole === 0 ? 0 : (ends[whole - 1] ?? 0) });
      if (read.kind === 'goes-on') t.deepEqual(contents(read.zone), contents(zones[Math.max(0, whole - 1)] ?? MASTER));
    }),
  );
});

test('zeros in place of the end, as a power failure leaves them, are a torn end wherever they begin', (t) => {
  fc.assert(
    fc.property(updates, fc.nat(), fc.nat({ max: 5000 }), (words, at, beyond) => {
      const { zones, ends, bytes } = keep(words);
      const head = ends[0] ?? 0;
      const cut = head + (at % (bytes.length - head + 1));
      const whole = ends.filter((end) => end <= cut).length;
      const zeroed = Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(bytes.length - cut + beyond)]);
      const read = readJournal(zeroed, MASTER, FILE);
      t.like(read, { kind: 'goes-on', length: ends[whole - 1] ?? 0 });
      if (read.kind === 'goes-on') t.deepEqual(contents(read.zone), contents(zones[whole - 1] ?? MASTER));
    }),
  );
});

test('zeros in the middle, with good entries behind them, are damage', (t) => {
  const { ends, bytes } = keep([WORDS[0], WORDS[3], WORDS[5]]);
  const [, first = 0, second = 0] = ends;
  for (const [from, to] of [
    [first, second],
    [first + 10, second],
    [first, second - 10],
    [0, first],
  ] as const) {
    const zeroed = Buffer.from(bytes).fill(0, from, to);
    t.throws(() => readJournal(zeroed, MASTER, FILE), { instanceOf: ZoneJournalError, code: 'DAMAGED' }, `${from} to ${to}`);
  }
});

test('a journal that is zeros throughout is a new one that was never begun, or, when it was longer than that, damage', (t) => {
  const { length } = Buffer.from(formatHead(MASTER));
  for (const octets of [0, 1, length]) t.like(readJournal(Buffer.alloc(octets), MASTER, FILE), { kind: 'goes-on', length: 0 });
  t.throws(() => readJournal(Buffer.alloc(length + 1), MASTER, FILE), { code: 'DAMAGED', message: /the first entry/ });
});

test('an octet that is not as it was written is recognised, wherever it is', (t) => {
  const { bytes } = keep([WORDS[0], WORDS[3]]);
  for (let at = 0; at < bytes.length; at += 1) {
    const other = Buffer.from(bytes);
    other[at] = (other[at] ?? 0) ^ (1 << (at % 8));
    const error = t.throws(() => readJournal(other, MASTER, FILE), { instanceOf: ZoneJournalError, code: 'DAMAGED' }, `octet ${at}`);
    t.regex(error?.message ?? '', /^example\.org\.journal: damaged, the entry at octet \d+ .*; restore it from a copy, or move it away/);
  }
});

test('a journal that was written anew begins with the zone as it was then', (t) => {
  const { zones } = keep([WORDS[0], WORDS[5]]);
  const current = zones.at(-1) ?? MASTER;
  const read = readJournal(Buffer.from(formatHead(MASTER, current)), MASTER, FILE);
  if (read.kind === 'goes-on') t.deepEqual(contents(read.zone), contents(current));
  t.is(read.kind, 'goes-on');
});

test('a master file that was changed counts when it is newer than the journal', (t) => {
  const { bytes } = keep([WORDS[0], WORDS[5]]);
  const newer = applyUpdate(MASTER, updateOf(['update add @ 300 SOA ns1 host 4 3600 600 86400 60'])).zone;
  t.deepEqual(readJournal(bytes, newer, FILE), { kind: 'outdated', serial: 3 });
  t.deepEqual(readJournal(keep([]).bytes, newer, FILE), { kind: 'outdated', serial: 4 });
});

test('with a master file that was changed and is not newer nobody can tell which is meant', (t) => {
  const { bytes } = keep([WORDS[0], WORDS[5]]);
  const changed = sampleZone('a A 192.0.2.9\n');
  const message = /goes on from another master file than this one, to serial 3, and the file has 1: raise its serial/;
  t.throws(() => readJournal(bytes, changed, FILE), { instanceOf: ZoneJournalError, code: 'OTHER_MASTER', message });
});

test('the journal of another zone is not played', (t) => {
  const other = Buffer.from(formatHead(MASTER).replace('example.org.', 'example.net.'));
  t.throws(() => readJournal(other, MASTER, FILE), { code: 'DAMAGED' });
});
