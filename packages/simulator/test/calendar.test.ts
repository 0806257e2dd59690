import { array, assert, nat, property, tuple } from 'fast-check';
import test from 'ava';
import { Calendar, createBatch } from '../src/clients/calendar.ts';

const MINUTES = 50;

test('every client comes out once, in the minute it was entered for', (t) => {
  assert(
    property(array(tuple(nat(MINUTES + 10), nat(400)), { maxLength: 8 }), (entries) => {
      const calendar = new Calendar(1, MINUTES); // less room than needed, so that it has to grow
      const wanted = Array.from({ length: MINUTES }, (): number[] => []);
      let client = 0;
      for (const [minute, count] of entries) {
        for (let at = 0; at < count; at += 1, client += 1) {
          calendar.enter(client, minute);
          wanted[minute]?.push(client);
        }
      }
      return wanted.every((clients, minute) => {
        return JSON.stringify(takeAll(calendar, minute).toSorted((a, b) => a - b)) === JSON.stringify(clients);
      });
    }),
  );
  t.pass();
});

test('clients entered again and again need no more room', (t) => {
  const calendar = new Calendar(1000, 1000);
  for (let client = 0; client < 1000; client += 1) calendar.enter(client, client % 7);
  for (let minute = 0; minute < 990; minute += 1) {
    for (const client of takeAll(calendar, minute)) calendar.enter(client, minute + 7);
  }
  const left = Array.from({ length: 10 }, (_, at) => takeAll(calendar, 990 + at).length);
  t.is(
    left.reduce((sum, count) => sum + count, 0),
    1000,
  );
});

function takeAll(calendar: Calendar, minute: number): number[] {
  const batch = createBatch();
  const clients: number[] = [];
  for (let count = calendar.take(minute, batch); count > 0; count = calendar.take(minute, batch)) clients.push(...batch.subarray(0, count));
  return clients;
}
