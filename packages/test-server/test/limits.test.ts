import test from 'ava';
import { checkLimits } from '../src/limits.ts';

test('limits have defaults', (t) => {
  t.deepEqual(checkLimits({ maxConnections: 7 }), {
    maxConnections: 7,
    idleTimeoutMs: 10_000,
    maxRequestsPerConnection: 100_000,
    maxPipelined: 100,
    maxRequestSize: 65_535,
    maxRecordsPerType: 100,
    maxRecordedRequests: 1000,
  });
});

test('zero recorded requests are allowed', (t) => {
  t.is(checkLimits({ maxRecordedRequests: 0 }).maxRecordedRequests, 0);
});

for (const limits of [
  { maxConnections: 0 },
  { idleTimeoutMs: 1.5 },
  { maxRequestSize: 65_536 },
  { maxPipelined: Number.NaN },
  { maxRecordedRequests: -1 },
]) {
  test(`${JSON.stringify(limits)} is refused`, (t) => {
    t.throws(() => checkLimits(limits), { instanceOf: RangeError, message: new RegExp(`limits.${Object.keys(limits)[0]}`) });
  });
}
