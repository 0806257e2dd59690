// For programs that play many variants of a scenario: what to play, and what came out. `@srvkit/simulator/workers` plays them on all cores.
export { parseKnob } from './knob.ts';
export type { Knob } from './knob.ts';
export { makeSweep, makeSweepInSteps } from './variants.ts';
export type { ScenarioSource, SettingValue, Sweep, SweepOptions, Variant } from './variants.ts';
export { variantFigures } from './variant-figures.ts';
export type { VariantFigures } from './variant-figures.ts';
export { sweepReport } from './sweep-report.ts';
export type { FigureSpread, SpreadReport, SweepReport, VariantReport } from './sweep-report.ts';
export { figureColumns } from './figure-columns.ts';
export type { Figure } from './figure-columns.ts';
export { figureLabel, HEADLINES } from './figure-label.ts';
export type { SeedSpread } from './seed-spread.ts';
export { sweepCsv } from './sweep-csv.ts';
