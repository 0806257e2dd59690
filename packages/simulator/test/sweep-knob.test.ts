import { array, assert, constantFrom, integer, property, string, tuple } from 'fast-check';
import test from 'ava';
import { ScenarioError } from '../src/index.ts';
import { parseKnob } from '../src/sweep/index.ts';

type Key = string | number;

const PATHS: readonly (readonly [written: string, keys: readonly Key[]])[] = [
  ['duration', ['duration']],
  ['hosts.kms-e1.publish[0].weight', ['hosts', 'kms-e1', 'publish', 0, 'weight']],
  ['hosts[kms.e1].port', ['hosts', 'kms.e1', 'port']],
  ['hosts["kms.e1"].port', ['hosts', 'kms.e1', 'port']],
  ['hosts.kms-e1.publish[east.contoso.com.].weight', ['hosts', 'kms-e1', 'publish', 'east.contoso.com.', 'weight']],
  ['links.east-west.latency', ['links', 'east-west', 'latency']],
  ['links[12].loss', ['links', 12, 'loss']],
];

for (const [path, keys] of PATHS) {
  test(`${path} is a path`, (t) => {
    t.deepEqual(parseKnob(`${path}=1`), { path, keys, values: ['1'] });
  });
}

const VALUES: readonly (readonly [written: string, values: readonly string[]])[] = [
  ['7', ['7']],
  ['0,10,50', ['0', '10', '50']],
  ['0..100/25', ['0', '25', '50', '75', '100']],
  ['100..0/50', ['100', '50', '0']],
  ['5..5/1', ['5']],
  ['0..100/30', ['0', '30', '60', '90', '100']], // the last step is shorter: both ends are played
  ['0,10..12/1,100', ['0', '10', '11', '12', '100']],
  ['10ms..200ms/50ms', ['10ms', '60ms', '110ms', '160ms', '200ms']],
  ['500ms..2s/500ms', ['500ms', '1000ms', '1500ms', '2000ms']],
  ['0m..2h/30m', ['0m', '30m', '60m', '90m', '120m']],
  ['1h..3h/60m', ['1h', '2h', '3h']],
  ['1.5s..2s/0.25s', ['1.5s', '1.75s', '2s']],
  ['0%..1%/0.25%', ['0%', '0.25%', '0.5%', '0.75%', '1%']],
  ['0.1..0.4/0.1', ['0.1', '0.2', '0.3', '0.4']], // never 0.30000000000000004
  ['-90m..90m/1h', ['-90m', '-30m', '30m', '90m']],
  ['+1h..-1h/1h', ['1h', '0h', '-1h']],
  ['ordered, exclusive', ['ordered', 'exclusive']],
  ['08:00,09:30', ['08:00', '09:30']],
];

for (const [written, values] of VALUES) {
  test(`${written} stands for ${values.join(' ')}`, (t) => {
    t.deepEqual(parseKnob(`x=${written}`).values, values);
  });
}

const WRONG: readonly (readonly [written: string, message: RegExp])[] = [
  ['', /^"" is no setting with its values: write PATH=FROM\.\.TO\/STEP/],
  ['duration', /^"duration" is no setting with its values/],
  ['=1', /^"=1" is no setting with its values/],
  ['a..b=1', /is no setting with its values/],
  ['a[=1', /is no setting with its values/],
  ['a[0]b=1', /is no setting with its values/],
  ['a b=1', /is no setting with its values/],
  ['x=', /^x: a value is missing/],
  ['x=1,,2', /^x: a value is missing/],
  ['x=1..2', /^x: 1\.\.2: has no step: write it such as 1\.\.2\/10$/],
  ['x=1ms..2ms', /has no step: write it such as 1ms\.\.2ms\/10ms$/],
  ['x=1..2/0', /has a step that leads nowhere/],
  ['x=1..2/-1', /has a step that leads nowhere/],
  ['x=1..2s/1', /mixes units/],
  ['x=1%..2m/1%', /mixes units/],
  ['x=a..b/c', /is no range/],
  ['x=1..2/1/1', /is no range/],
  ['x=1..2w/1w', /is no range/],
  ['x=1...2/1', /is no range/],
  ['x=5,5', /^x: the value 5 is there twice/],
  ['x=0..10/5,5', /^x: the value 5 is there twice/],
  ['x=0..1000/1', /^x: 1001 values are more than the 1000/],
  ['x=0..999999999999/0.0001', /values are more than the 1000/],
];

for (const [written, message] of WRONG) {
  test(`${JSON.stringify(written)} is refused with a remedy`, (t) => {
    t.throws(() => parseKnob(written), { instanceOf: ScenarioError, message });
  });
}

test('a range holds both ends, and what lies between them by its step, whatever they are', (t) => {
  assert(
    property(integer({ min: -1e6, max: 1e6 }), integer({ min: 0, max: 900 }), integer({ min: 1, max: 1e4 }), (from, steps, step) => {
      const to = from + steps * step;
      const up = parseKnob(`x=${from}..${to}/${step}`).values.map(Number);
      t.deepEqual(
        up,
        Array.from({ length: steps + 1 }, (_, at) => from + at * step),
      );
      t.deepEqual(parseKnob(`x=${to}..${from}/${step}`).values.map(Number), up.toReversed());
    }),
  );
});

test('whatever is written, it is a knob or a ScenarioError', (t) => {
  const piece = constantFrom(
    'hosts',
    '.',
    '[',
    ']',
    '"',
    '0',
    '=',
    '..',
    '/',
    ',',
    '%',
    'ms',
    '-',
    '1e9',
    '\\',
    '__proto__',
    '\u0000',
    ' ',
  );
  assert(
    property(tuple(array(piece, { maxLength: 14 }), string()), ([pieces, end]) => {
      const text = pieces.join('') + end;
      try {
        const { path, values } = parseKnob(text);
        t.true(text.startsWith(`${path}=`) && values.length > 0);
      } catch (error) {
        t.true(error instanceof ScenarioError, String(error));
      }
    }),
  );
});
