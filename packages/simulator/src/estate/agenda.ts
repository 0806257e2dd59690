import type { Estate } from './estate.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Something that happens to the estate. */
type Act = (estate: Estate, now: number) => void;

const REGISTRATION_MINUTES = 1440; // kms P-03

/** What happens to the estate and when: starts and stops of hosts, their daily registrations, replication, scavenging, and the timeline. */
export class Agenda {
  readonly #acts = new Map<number, Act[]>();

  constructor(scenario: Scenario) {
    const { durationMinutes, dns } = scenario;
    const introduced = new Set(scenario.timeline.flatMap((event) => (event.kind === 'new-host' ? [event.host] : [])));
    for (const [index, [name, { startMinute, stopMinute }]] of [...scenario.hosts].entries()) {
      if (!introduced.has(name)) this.#add(startMinute, (estate, now) => estate.start(index, now));
      for (let minute = startMinute + REGISTRATION_MINUTES; minute < durationMinutes; minute += REGISTRATION_MINUTES) {
        this.#add(minute, (estate, now) => estate.publish(index, now));
      }
      if (stopMinute !== undefined) this.#add(stopMinute, (estate) => estate.stop(index));
    }
    for (const event of scenario.timeline) this.#add(event.minute, (estate, now) => estate.happen(event, now));
    const { scavenging } = dns;
    for (let minute = scavenging?.everyMinutes ?? Infinity; minute < durationMinutes; minute += scavenging?.everyMinutes ?? Infinity) {
      this.#add(minute, (estate, now) => estate.scavenge(now));
    }
  }

  /** In the order in which they were entered. */
  at(minute: number): readonly Act[] {
    return this.#acts.get(minute) ?? [];
  }

  #add(minute: number, act: Act): void {
    const acts = this.#acts.get(minute) ?? [];
    acts.push(act);
    this.#acts.set(minute, acts);
  }
}
