import test from 'ava';
import { makeRequest } from '@srvkit/discovery';
import type { Candidate } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import { Trace } from '../src/trace.ts';

test('a host that is put last in a pass and in its repetition is told once, with the last word on it', (t) => {
  const trace = new Trace(makeRequest({ service: '_sip._tcp' }), 1, () => 0);
  for (const failures of [1, 2]) trace.noteDemoted(candidate('a.example.org.'), [{ from: 'own', failures, until: 1000 * failures }]);
  trace.noteDemoted(candidate('b.example.org.'), [{ from: 'request', failures: null, until: null }]);
  t.deepEqual(
    trace.resolution({ outcome: 'exhausted' }).demoted.map(({ target, why }) => [target, why]),
    [
      ['a.example.org.', [{ from: 'own', failures: 2, until: 2000 }]],
      ['b.example.org.', [{ from: 'request', failures: null, until: null }]],
    ],
  );
});

test('what is empty in one resolution cannot be filled for all others', (t) => {
  const { warnings } = new Trace(makeRequest({ service: '_sip._tcp' }), 1, () => 0).resolution({ outcome: 'exhausted' });
  t.throws(() => (warnings as unknown[]).push('mine'), { instanceOf: TypeError });
});

function candidate(target: string): Candidate {
  const domain = parseDomainName('example.org');
  return { source: 'dns', domain, target, name: parseDomainName(target), port: 5060, priority: 10, weight: 0 };
}
