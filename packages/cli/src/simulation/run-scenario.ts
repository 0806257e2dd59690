import { setImmediate } from 'node:timers/promises';
import { playInSteps } from '@srvkit/simulator';
import type { Scenario, SimulationReport } from '@srvkit/simulator';
import type { Io } from '../io.ts';
import { showProgress } from './progress-bar.ts';

/** Plays a scenario to its end. Between the steps signals are heard: a long simulation can be stopped. */
export async function runScenario(scenario: Scenario, seed: number | undefined, io: Io): Promise<SimulationReport> {
  const startedAt = io.now();
  const simulation = playInSteps(scenario, seed === undefined ? {} : { seed });
  for (;;) {
    const step = simulation.next();
    if (step.done === true) return step.value;
    const { minute, durationMinutes, activations } = step.value;
    showProgress(minute / durationMinutes, `day ${Math.floor(minute / 1440)}, ${activations} activations`, startedAt, io);
    await setImmediate();
    io.signal.throwIfAborted();
  }
}
