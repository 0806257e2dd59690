import test from 'ava';
import { isNewerSerial, nextSerial } from '../src/zone/serial.ts';

// RFC 1982 section 3.2 and the corners of section 5.2.
for (const { a, b, newer } of [
  { a: 1, b: 0, newer: true },
  { a: 0, b: 1, newer: false },
  { a: 5, b: 5, newer: false },
  { a: 0, b: 0xffffffff, newer: true },
  { a: 0xffffffff, b: 0, newer: false },
  { a: 0x7fffffff, b: 0, newer: true },
  { a: 0x80000000, b: 0, newer: false },
  { a: 0, b: 0x80000000, newer: false },
  { a: 0x80000001, b: 0, newer: false },
  { a: 100, b: 0xffffff9c, newer: true },
]) {
  test(`serial ${a} is ${newer ? '' : 'not '}newer than ${b}`, (t) => {
    t.is(isNewerSerial(a, b), newer);
  });
}

test('the next serial wraps around and leaves zero out', (t) => {
  t.is(nextSerial(1), 2);
  t.is(nextSerial(0x7fffffff), 0x80000000);
  t.is(nextSerial(0xffffffff), 1);
});

test('the next serial is always newer', (t) => {
  for (const serial of [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]) t.true(isNewerSerial(nextSerial(serial), serial));
});
