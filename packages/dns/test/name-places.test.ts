import test from 'ava';
import { parseDomainName } from '../src/index.ts';
import { NamePlaces } from '../src/name-places.ts';

test('names of earlier messages are forgotten, however many there were', (t) => {
  const places = new NamePlaces();
  const copies = [1, 2].map(() => parseDomainName('a.example.org.'));
  const [name, again] = copies;
  if (name === undefined || again === undefined) return t.fail();
  const bytes = Uint8Array.of(...new Uint8Array(12), ...name.wire);
  for (const messages of [1, 0x1fffe, 1, 0x1ffff, 0x20000, 0x40000]) {
    places.remember(bytes, name, 12);
    t.deepEqual(places.find(bytes, again), { from: 0, place: 12 });
    t.deepEqual(places.find(bytes, parseDomainName('b.org.')), { from: 2, place: 22 });
    for (let message = 0; message < messages; message += 1) places.forget();
    t.is(places.find(bytes, again), undefined);
    t.is(places.find(bytes, name), undefined);
  }
});

test('letters of another case are another name', (t) => {
  const places = new NamePlaces();
  const name = parseDomainName('a.org.');
  const bytes = Uint8Array.of(...new Uint8Array(12), ...name.wire);
  places.remember(bytes, name, 12);
  t.is(places.find(bytes, parseDomainName('A.ORG.')), undefined);
  t.deepEqual(places.find(bytes, parseDomainName('A.org.')), { from: 2, place: 14 });
});
