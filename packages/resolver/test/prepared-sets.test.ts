import test from 'ava';
import { parseRecord } from '@srvkit/dns';
import { PreparedSets } from '../src/prepared-sets.ts';

const records = ['20 0 5060 b.', '10 0 5060 a.'].map((rdata) => parseRecord(`_sip._tcp.example.org. 60 IN SRV ${rdata}`));

test('the records of an answer in the cache are prepared once, and anew for another law', (t) => {
  const sets = new PreparedSets();
  const set = sets.of({ records, cached: true }, 'rfc2782');
  t.is(sets.of({ records, cached: true }, 'rfc2782'), set);
  t.like(sets.of({ records, cached: true }, 'uniform'), { law: 'uniform', size: 2, groups: { length: 1 } });
  t.like(sets.of({ records, cached: true }, 'rfc2782'), { law: 'rfc2782', size: 2, groups: { length: 2 } });
});

test('an answer that was changed in the cache is another list of records, and another set', (t) => {
  const sets = new PreparedSets();
  t.is(sets.of({ records, cached: true }, 'rfc2782').size, 2);
  t.is(sets.of({ records: records.slice(1), cached: true }, 'rfc2782').size, 1);
});

test('an answer that has just come is prepared like one of the cache', (t) => {
  const sets = new PreparedSets();
  t.deepEqual(sets.of({ records, cached: false }, 'rfc2782'), sets.of({ records, cached: true }, 'rfc2782'));
});
