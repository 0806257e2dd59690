import { assert, nat, property } from 'fast-check';
import test from 'ava';
import { parseScenario } from '../src/index.ts';
import { arrivalMinute, makeGroups, nextQualifyingEvent, placeAt } from '../src/clients/population.ts';
import type { Group } from '../src/clients/population.ts';

const DAY = 1440;

function group(clients: object, more: object = {}): Group {
  const scenario = {
    name: 'population',
    duration: '60d',
    sites: { home: { search: ['home.contoso.com'] }, north: { search: ['north.contoso.com'] }, south: { search: ['south.contoso.com'] } },
    wan: {},
    hosts: {},
    clients: { all: { site: 'home', count: 1000, ...clients } },
    ...more,
  };
  const [made] = makeGroups(parseScenario(JSON.stringify(scenario)));
  if (made === undefined) throw new Error('there is a group');
  return made;
}

function each(of: Group, check: (member: number) => boolean): boolean {
  return Array.from({ length: of.count }, (_, member) => member).every(check);
}

test('all at once: everybody in the same minute', (t) => {
  const first = group({ arrival: 'at-once' });
  t.true(each(first, (member) => arrivalMinute(first, member) === 0));
  const later = group({ arrival: { at: '2d' } });
  t.true(each(later, (member) => arrivalMinute(later, member) === 2 * DAY));
});

test('spread: in each tenth of the time about a tenth, and nobody outside', (t) => {
  const spread = group({ arrival: { at: '1d', spread: '10d' } });
  const days = Array.from({ length: 11 }, () => 0);
  for (let member = 0; member < spread.count; member += 1) {
    const day = Math.floor(arrivalMinute(spread, member) / DAY);
    days[day] = (days[day] ?? 0) + 1;
  }
  t.is(days[0], 0);
  const bound = 5 * Math.sqrt(spread.count * 0.1 * 0.9);
  for (const count of days.slice(1)) t.true(Math.abs(count - 100) < bound, `${count}`);
});

test('office hours: on working days between the hours, Monday being day 0', (t) => {
  const office = group({ arrival: { officeHours: { from: '08:00', to: '09:30' }, over: '14d' } });
  const days = new Set<number>();
  const isInside = each(office, (member) => {
    const minute = arrivalMinute(office, member);
    days.add(Math.floor(minute / DAY));
    return minute % DAY >= 8 * 60 && minute % DAY < 9 * 60 + 30;
  });
  t.true(isInside);
  t.deepEqual(
    [...days].toSorted((a, b) => a - b),
    [0, 1, 2, 3, 4, 7, 8, 9, 10, 11],
  );
});

const roaming = { to: ['north', 'south'], share: '25%', every: '10d', away: '3d' };

test('who roams is away for its days in each period and asks what that site asks; who does not stays', (t) => {
  const travellers = group({ roaming });
  let roamers = 0;
  for (let member = 0; member < travellers.count; member += 1) {
    const places = Array.from({ length: 30 * 24 }, (_, hour) => placeAt(travellers, member, 20 * DAY + hour * 60));
    const away = places.filter((place) => place !== travellers.home);
    if (away.length === 0) continue;
    roamers += 1;
    t.is(away.length, 3 * 3 * 24); // three periods of ten days
    for (const { request } of away) t.true(['north.contoso.com.', 'south.contoso.com.'].includes(String(request.domains[0])));
  }
  t.true(Math.abs(roamers - 250) < 5 * Math.sqrt(1000 * 0.25 * 0.75), `${roamers}`);
});

test('a move to another site and back is a change of network', (t) => {
  const travellers = group({ roaming: { ...roaming, share: '100%' } });
  assert(
    property(nat(999), nat(50 * DAY), (member, now) => {
      const event = nextQualifyingEvent(travellers, member, now);
      const isMove = placeAt(travellers, member, event - 1) !== placeAt(travellers, member, event);
      const isNext = placeAt(travellers, member, now) === placeAt(travellers, member, event - 1);
      return event > now && isMove && isNext;
    }),
  );
  t.pass();
});

test('a logon is on a working day within the hours, at the same minute for the same client', (t) => {
  const users = group({ logon: { from: '08:00', to: '09:00' } });
  assert(
    property(nat(999), nat(50 * DAY), (member, now) => {
      const event = nextQualifyingEvent(users, member, now);
      const again = nextQualifyingEvent(users, member, event);
      const minute = event % DAY;
      return event > now && Math.floor(event / DAY) % 7 < 5 && minute >= 480 && minute < 540 && again % DAY === minute && again > event;
    }),
  );
  t.pass();
});

test('a site that is connected again is a change of network for those at home there, and else nothing happens', (t) => {
  const timeline = [
    { at: '2d', partition: 'home' },
    { at: '1d', partition: 'north' },
    { at: '2d', repair: 'north' },
    { at: '3d', repair: 'home' },
  ];
  t.is(nextQualifyingEvent(group({}, { timeline }), 7, 0), 3 * DAY);
  t.is(nextQualifyingEvent(group({}, { timeline }), 7, 3 * DAY), Infinity);
  t.is(nextQualifyingEvent(group({}), 7, 0), Infinity);
});
