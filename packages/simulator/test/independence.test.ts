import test from 'ava';
import { hostNamed, play } from './play.ts';

const sites = { a: { search: ['contoso.com'] }, b: { search: ['other.contoso.com'] } };
const hosts = {
  'a-1': { site: 'a', publish: ['contoso.com, 10, 75'] },
  'a-2': { site: 'a', publish: ['contoso.com, 10, 25'] },
  'b-1': { site: 'b', publish: ['other.contoso.com, 10, 1'] },
};
const first = { site: 'a', count: 500, caching: false, arrival: { spread: '7d' } };
const another = { site: 'b', count: 300, caching: false, arrival: { spread: '7d' } };

test('a group that asks elsewhere changes nothing for another, wherever it stands in the file', (t) => {
  const alone = play({ name: 'x', duration: '30d', sites, hosts, clients: { first } });
  for (const clients of [
    { first, another },
    { another, first },
  ]) {
    const together = play({ name: 'x', duration: '30d', sites, hosts, clients });
    for (const name of ['a-1', 'a-2']) {
      const { share: _share, expectedShare: _expected, ...figures } = hostNamed(alone, name);
      const { share: _other, expectedShare: _otherExpected, ...others } = hostNamed(together, name);
      t.deepEqual(others, figures);
    }
  }
});
