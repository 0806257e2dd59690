import test from 'ava';
import { scriptedRandom } from '../src/index.ts';

test('a script gives its draws in order', (t) => {
  const random = scriptedRandom([0, 2, 1]);
  t.deepEqual([random.below(1), random.below(3), random.below(2)], [0, 2, 1]);
});

for (const [draw, bound] of [
  [3, 3],
  [-1, 3],
  [0.5, 3],
] as const) {
  test(`the draw ${draw} below ${bound} is refused`, (t) => {
    t.throws(() => scriptedRandom([draw]).below(bound), { instanceOf: RangeError, message: /the script says/ });
  });
}

test('a draw beyond the end of the script is refused', (t) => {
  t.throws(() => scriptedRandom([]).below(2), { instanceOf: RangeError, message: 'draw 1 below 2: the script has only 0' });
});
