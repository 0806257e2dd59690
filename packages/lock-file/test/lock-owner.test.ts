import test from 'ava';
import * as fc from 'fast-check';
import {
  formatOwner,
  lifeOf,
  makeToken,
  ownerNamedBy,
  parseOwner,
  readProcessStat,
  type LockOwner,
  type SeenProcess,
} from '../src/lock-owner.ts';

const owner: LockOwner = { token: '0a-1f', pid: 7, started: '100', place: 'here' };
const running: SeenProcess = { started: '100', isDead: false };

for (const [title, parts, seen, want] of [
  ['the same start', {}, running, 'running'],
  ['no process', {}, undefined, 'gone'],
  ['another start', {}, { started: '101', isDead: false }, 'gone'],
  ['killed, and not reaped', {}, { started: '100', isDead: true }, 'gone'],
  ['another place', { place: 'there' }, undefined, 'unknown'],
  ['a start that was not told', { started: null }, running, 'unknown'],
  ['a start that cannot be seen', {}, { started: null, isDead: false }, 'unknown'],
] as const)
  test(`${title}: the owner is ${want}`, (t) => {
    t.is(
      lifeOf({ ...owner, ...parts }, 'here', () => seen),
      want,
    );
  });

test('an owner is read as it was written', (t) => {
  for (const started of ['100', null]) t.deepEqual(parseOwner(formatOwner({ ...owner, started })), { ...owner, started });
});

test('what is no owner is none', (t) => {
  const bad = [
    { token: '../x' },
    { token: '' },
    { token: 'a'.repeat(65) },
    { pid: 0 },
    { pid: 1.5 },
    { pid: '7' },
    { place: 7 },
    { started: 7 },
  ];
  for (const parts of bad) t.is(parseOwner(JSON.stringify({ ...owner, ...parts })), undefined, JSON.stringify(parts));
  t.is(parseOwner(formatOwner(owner).slice(0, 20)), undefined);
  t.notThrows(() => fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseOwner(text))));
});

test('a token names its owner to who is at the same place, and nobody to others', (t) => {
  for (const started of ['100', null]) {
    const made = { ...owner, started, token: makeToken({ ...owner, started }, '0123456789ab') };
    t.deepEqual(ownerNamedBy(made.token, 'here'), made);
    t.deepEqual(parseOwner(formatOwner(made)), made);
    t.is(ownerNamedBy(made.token, 'there'), undefined);
  }
  for (const token of ['', '0a', crypto.randomUUID(), makeToken({ ...owner, pid: 0 }, 'a'), makeToken(owner, 'a.b')])
    t.is(ownerNamedBy(token, 'here'), undefined, token);
});

for (const [state, threads, isDead] of [
  ['S', 11, false],
  ['T', 11, false],
  ['Z', 1, true],
  ['Z', 2, false],
  ['X', 0, true],
] as const)
  test(`state ${state} with ${threads} threads is ${isDead ? '' : 'not '}the end of a process`, (t) => {
    const stat = `7 (a) b (c) ${state} 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 ${threads} 0 54321 1000 2000 18446744073709551615\n`;
    t.deepEqual(readProcessStat(stat), { started: '54321', isDead });
  });
