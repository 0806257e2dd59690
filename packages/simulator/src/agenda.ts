import type { Estate } from './estate.ts';
import type { Scenario } from './scenario/scenario.ts';

/** Something that happens to the estate at a time; `event`: of the timeline, `routine`: of itself. */
export interface AgendaItem {
  readonly kind: 'event' | 'routine';
  readonly act: (estate: Estate, now: number) => void;
}

const REGISTRATION_MINUTES = 1440; // kms P-03

/** What happens to the estate and when: starts and stops of hosts, their daily registrations, replication, scavenging, and the timeline. */
export class Agenda {
  readonly #items = new Map<number, AgendaItem[]>();

  constructor(scenario: Scenario) {
    const { durationMinutes, dns } = scenario;
    const introduced = new Set(scenario.timeline.flatMap((event) => (event.kind === 'new-host' ? [event.host] : [])));
    for (const [index, [name, { startMinute, stopMinute }]] of [...scenario.hosts].entries()) {
      if (!introduced.has(name)) this.#add(startMinute, 'routine', (estate, now) => estate.start(index, now));
      for (let minute = startMinute + REGISTRATION_MINUTES; minute < durationMinutes; minute += REGISTRATION_MINUTES) {
        this.#add(minute, 'routine', (estate, now) => estate.publish(index, now));
      }
      if (stopMinute !== undefined) this.#add(stopMinute, 'routine', (estate) => estate.stop(index));
    }
    for (const event of scenario.timeline) this.#add(event.minute, 'event', (estate, now) => estate.happen(event, now));
    const { scavenging } = dns;
    for (let minute = scavenging?.everyMinutes ?? Infinity; minute < durationMinutes; minute += scavenging?.everyMinutes ?? Infinity) {
      this.#add(minute, 'routine', (estate, now) => estate.scavenge(now));
    }
  }

  /** In the order in which they were entered. */
  at(minute: number): readonly AgendaItem[] {
    return this.#items.get(minute) ?? [];
  }

  #add(minute: number, kind: AgendaItem['kind'], act: AgendaItem['act']): void {
    const items = this.#items.get(minute) ?? [];
    items.push({ kind, act });
    this.#items.set(minute, items);
  }
}
