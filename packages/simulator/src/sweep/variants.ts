import { checkScenario } from '../scenario/parse-scenario.ts';
import { ScenarioError } from '../scenario/scenario-error.ts';
import { readScenarioText } from '../scenario/scenario-text.ts';
import type { ScenarioText } from '../scenario/scenario-text.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { findSetting } from './find-setting.ts';
import type { FoundSetting } from './find-setting.ts';
import type { Knob } from './knob.ts';

/** A value of a knob, of the type that it has in the file. */
export type SettingValue = string | number | boolean;

/** One of the simulations that a sweep plays. */
export interface Variant {
  /** Which of the sweep's scenarios it is made of. */
  readonly scenarioIndex: number;
  /** In the order of the knobs. */
  readonly settings: readonly SettingValue[];
  readonly seed: number;
  readonly scenario: Scenario;
}

/** What a sweep plays: the cross product of scenarios, values of knobs and seeds. */
export interface Sweep {
  readonly scenarios: readonly string[];
  readonly knobs: readonly { readonly path: string; readonly values: readonly SettingValue[] }[];
  /** For each combination of settings. */
  readonly seeds: number;
  /** In the order of the scenarios, then of the first knob's values, the second's, ..., then of the seeds, which run fastest. */
  readonly variants: readonly Variant[];
}

/** A scenario file as it was read. */
export interface ScenarioSource {
  readonly text: string;
  /** For messages. */
  readonly file?: string;
}

/** What is swept. */
export interface SweepOptions {
  readonly knobs?: readonly Knob[];
  /** How many seeds each combination is played with, from its seed upwards; 1 unless given. */
  readonly seeds?: number;
  /** The first seed, in place of each scenario's own. */
  readonly seed?: number;
}

const MOST_COMBINATIONS = 1000;
const MOST_VARIANTS = 10_000;

/**
 * Makes the variants of one scenario, or of several. Each is checked like a file of its own, before any of them is played. Throws
 * `ScenarioError` for a knob that leads nowhere, a value that the scenario cannot have, and for too many variants; `RangeError` for a
 * number of seeds below 1.
 */
export function makeSweep(sources: readonly ScenarioSource[], options: SweepOptions = {}): Sweep {
  const steps = makeSweepInSteps(sources, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** `makeSweep` one combination after the other; after each it yields how much is done, from 0 to 1. For a caller that must be able to stop. */
export function* makeSweepInSteps(
  sources: readonly ScenarioSource[],
  { knobs = [], seeds = 1, seed }: SweepOptions = {},
): Generator<number, Sweep, undefined> {
  if (!Number.isSafeInteger(seeds) || seeds < 1) throw new RangeError(`${seeds} is no number of seeds: use 1 or more`);
  const count = checkSize(knobs, sources.length, seeds);
  const files = sources.map(({ text, file }) => {
    const { value, fail } = readScenarioText(text, file);
    return { value, fail, settings: knobs.map(({ keys }) => findSetting(value, keys, fail)) };
  });
  const [first] = files;
  const values = knobs.map((knob, at) => knob.values.map((text) => first?.settings[at]?.read(text) ?? text));
  checkOnce(knobs, first?.settings ?? []);
  const variants: Variant[] = [];
  for (const [scenarioIndex, file] of files.entries()) {
    for (const settings of combinations(values)) {
      const scenario = scenarioWith(settings, file, knobs);
      variants.push(...seedsFrom(seed ?? scenario.seed, seeds).map((seed) => ({ scenarioIndex, settings, seed, scenario })));
      yield variants.length / seeds / count;
    }
  }
  return {
    scenarios: sources.map((_, at) => variants.find(({ scenarioIndex }) => scenarioIndex === at)?.scenario.name ?? ''),
    knobs: knobs.map(({ path }, at) => ({ path, values: values[at] ?? [] })),
    seeds,
    variants,
  };
}

interface SweptFile extends ScenarioText {
  /** Where each knob stands in it. */
  readonly settings: readonly FoundSetting[];
}

function scenarioWith(settings: readonly SettingValue[], file: SweptFile, knobs: readonly Knob[]): Scenario {
  const value = settings.reduce<unknown>((before, setting, at) => file.settings[at]?.put(before, setting), file.value);
  const told = settings.map((setting, at) => `${knobs[at]?.path ?? ''}=${setting}`).join(', ');
  return checkScenario(value, (path, message) => file.fail(path, told === '' ? message : `${message} (with ${told})`));
}

function seedsFrom(first: number, seeds: number): readonly number[] {
  if (first + seeds > 2 ** 32)
    throw new ScenarioError(`${seeds} seeds from ${first} on go beyond 4294967295: begin with a smaller one`, { path: 'seed' });
  return Array.from({ length: seeds }, (_, at) => first + at);
}

function checkOnce(knobs: readonly Knob[], settings: readonly FoundSetting[]): void {
  const paths = settings.map(({ path }) => JSON.stringify(path));
  const twice = knobs.find((_, at) => paths.indexOf(paths[at] ?? '') !== at);
  if (twice !== undefined) throw new ScenarioError('is swept twice: give all its values at once', { path: twice.path });
}

/** How many combinations there are. */
function checkSize(knobs: readonly Knob[], scenarios: number, seeds: number): number {
  const count = knobs.reduce((product, { values }) => product * values.length, scenarios);
  if (count > MOST_COMBINATIONS)
    throw new ScenarioError(`${count} variants are more than the ${MOST_COMBINATIONS} of one sweep: take larger steps`, { path: '' });
  if (count * seeds > MOST_VARIANTS)
    throw new ScenarioError(
      `${count} variants with ${seeds} seeds each are more than the ${MOST_VARIANTS} simulations of one sweep: take fewer seeds`,
      { path: '' },
    );
  return count;
}

/** Every choice of one value of each list, the last list running fastest. */
function combinations<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lists.reduce<readonly (readonly T[])[]>((before, list) => before.flatMap((chosen) => list.map((one) => [...chosen, one])), [[]]);
}
