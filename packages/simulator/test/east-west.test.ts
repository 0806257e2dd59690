import { readFileSync } from 'node:fs';
import test from 'ava';
import { parseScenario, simulate } from '../src/index.ts';

const text = readFileSync(new URL('../../../fixtures/scenarios/east-west.yaml', import.meta.url), 'utf8');

test('the same seed gives the same document, another seed another', (t) => {
  const scenario = parseScenario(text);
  const document = JSON.stringify(simulate(scenario));
  t.is(JSON.stringify(simulate(parseScenario(text))), document);
  t.not(JSON.stringify(simulate(scenario, { seed: 2 })), document);
});

test('a site is served at home until both of its hosts are lost, and again when they are back', (t) => {
  const { timeline, sites } = simulate(parseScenario(text));
  const shares = timeline.map(({ before, after }) => [before, after].map(({ crossings }) => crossings > 0));
  t.deepEqual(shares, [
    [false, false],
    [false, true],
    [true, false],
    [true, false],
  ]);
  t.deepEqual(
    sites.map(({ states }) => states.licensed),
    [5000, 5000],
  );
});

test('each share lies where the exact law puts it', (t) => {
  const { hosts, activations } = simulate(parseScenario(text));
  for (const { name, activations: seen, expectedActivations } of hosts) {
    const expected = expectedActivations ?? Number.NaN;
    const sigma = Math.sqrt(expected * (1 - expected / activations.succeeded));
    t.true(Math.abs(seen - expected) < 5 * sigma, `${name}: ${seen} beside ${expected}`);
  }
});
