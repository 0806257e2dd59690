// For everybody: read a scenario, play it, read what came out.
export { parseScenario } from './scenario/parse-scenario.ts';
export type { ParseScenarioOptions } from './scenario/parse-scenario.ts';
export { ScenarioError } from './scenario/scenario-error.ts';
export type { Scenario } from './scenario/scenario.ts';
export { playInSteps, simulate } from './simulate.ts';
export type { PlayedPass, Progress, SimulateOptions } from './simulate.ts';
export type { HostReport, PeriodReport, SimulationReport, SiteReport, TimelineReport } from './report/simulation-report.ts';
export type { DurationSpread } from './tally/duration-histogram.ts';
export { compareReports } from './report/comparison.ts';
export type { Comparison } from './report/comparison.ts';
export { csvSeries } from './report/csv-series.ts';
// For programs that play a scenario by other means.
export { hostRecords } from './scenario/host-records.ts';
export type { HostRecords } from './scenario/host-records.ts';
// For programs that begin a scenario from live zones.
export { draftScenario } from './from-zones/draft-scenario.ts';
export type { ScenarioDraft } from './from-zones/draft-scenario.ts';
export type { DomainReading, EstateReading, TargetReading } from './from-zones/estate-reading.ts';
export type { ReadingFinding, ReadingFindingCode } from './from-zones/reading-findings.ts';
// For editors.
export { scenarioJsonSchema } from './scenario/schema.ts';
