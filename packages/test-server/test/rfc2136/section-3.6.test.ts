// RFC 2136 section 3.6, "Zone Identity", and the SOA rules of 3.4.2.2
import test from 'ava';
import { checkFixture, readFixtures } from '../update-fixture.ts';

for (const fixture of readFixtures('serial')) {
  test(fixture.title, (t) => {
    checkFixture(t, fixture);
  });
}
