import test from 'ava';
import * as fc from 'fast-check';
import { PROPERTIES } from './codec-properties.ts';

for (const { title, property } of PROPERTIES) {
  test(title, (t) => {
    fc.assert<unknown>(property, { numRuns: 300 });
    t.pass();
  });
}
