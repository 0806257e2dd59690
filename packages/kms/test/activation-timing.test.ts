import test from 'ava';
import { activationState, nextActivation } from '../src/index.ts';
import type { ActivationMoment, ActivationState } from '../src/index.ts';

const H = 60;
const D = 24 * H;

// kms T-04, row for row; every attempt is at minute 1000.
const ATTEMPTS: readonly (readonly [title: string, moment: Omit<ActivationMoment, 'at'>, next: number])[] = [
  ['a success: after the renewal interval', { activated: true, renewalFailedAt: undefined, nextEventAt: 1001 }, 1000 + 7 * D],
  ['not yet activated: after the activation interval', { activated: false, renewalFailedAt: undefined, nextEventAt: Infinity }, 1120],
  ['not yet activated: events do not count', { activated: false, renewalFailedAt: undefined, nextEventAt: 1005 }, 1120],
  [
    'a renewal failed and nothing happens: after the activation interval',
    { activated: false, renewalFailedAt: 1000, nextEventAt: Infinity },
    1120,
  ],
  ['a renewal failed and something happens within 15 minutes: then', { activated: false, renewalFailedAt: 1000, nextEventAt: 1007 }, 1007],
  ['a renewal failed and something happens in the 15th minute: then', { activated: false, renewalFailedAt: 1000, nextEventAt: 1015 }, 1015],
  [
    'a renewal failed and something happens in the 16th minute: too late',
    { activated: false, renewalFailedAt: 1000, nextEventAt: 1016 },
    1120,
  ],
  ['the watch runs from the first failure', { activated: false, renewalFailedAt: 990, nextEventAt: 1006 }, 1120],
  ['another event of the same watch', { activated: false, renewalFailedAt: 990, nextEventAt: 1005 }, 1005],
];

for (const [title, moment, next] of ATTEMPTS) {
  test(`the next attempt: ${title}`, (t) => t.is(nextActivation({ at: 1000, ...moment }), next));
}

test("the host's intervals take the place of the defaults", (t) => {
  const intervals = { activation: 15, renewal: 43_200 };
  t.is(nextActivation({ at: 0, activated: true, renewalFailedAt: undefined, nextEventAt: Infinity }, intervals), 43_200);
  t.is(nextActivation({ at: 0, activated: false, renewalFailedAt: undefined, nextEventAt: Infinity }, intervals), 15);
});

// kms T-04 steps 3, 6, 7 and T-05; installed at minute 0.
const STATES: readonly (readonly [now: number, activatedAt: number | undefined, state: ActivationState])[] = [
  [0, undefined, 'out-of-box grace'],
  [30 * D - 1, undefined, 'out-of-box grace'],
  [30 * D, undefined, 'notification'],
  [100, 100, 'licensed'],
  [100 + 180 * D - 1, 100, 'licensed'],
  [100 + 180 * D, 100, 'out-of-tolerance grace'],
  [100 + 210 * D - 1, 100, 'out-of-tolerance grace'],
  [100 + 210 * D, 100, 'notification'],
];

for (const [now, activatedAt, state] of STATES) {
  test(`in minute ${now} a client activated at ${activatedAt} is in ${state}`, (t) => t.is(activationState(now, 0, activatedAt), state));
}
