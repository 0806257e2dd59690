import test from 'ava';
import { play } from './play.ts';

// Each site has a host that has no key for what its clients want; the n-th site has n clients, each of which asks once.
function estate(sites: number): object {
  const names = Array.from({ length: sites }, (_, at) => `s${at + 1}`);
  const each = (make: (name: string, count: number) => object): object =>
    Object.fromEntries(names.map((name, at) => [name, make(name, at + 1)]));
  return {
    name: 'keyless',
    duration: '1h',
    sites: each((name) => ({ search: [`${name}.contoso.com`] })),
    hosts: each((site) => ({ site, products: ['windows-server'] })),
    clients: each((site, count) => ({ site, count, product: 'office' })),
  };
}

test('what applies to three hosts is said of each, the worst first', (t) => {
  t.deepEqual(play(estate(3)).findings, [
    's3 refused 3 requests: it has no key for the product',
    's2 refused 2 requests: it has no key for the product',
    's1 refused 1 request: it has no key for the product',
  ]);
});

test('what applies to more hosts is one finding with the sum, the worst three by name and the number of the others', (t) => {
  t.deepEqual(play(estate(40)).findings, [
    '40 hosts refused 820 requests, having no key for the product: s40 40; s39 39; s38 38; and 37 more',
  ]);
});
