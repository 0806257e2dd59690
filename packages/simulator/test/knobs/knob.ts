import type { SimulationReport } from '../../src/index.ts';
import { hostNamed } from '../play.ts';

export type File = any; // eslint-disable-line typescript/no-explicit-any -- the settings of a file, which each row changes where it likes

/** A setting and a number that it changes. */
export interface Knob {
  readonly title: string;
  /** What both have: the circumstances in which the setting matters. */
  readonly given?: (file: File) => void;
  readonly set: (file: File) => void;
  readonly number: (report: SimulationReport) => unknown;
}

/** What is played without the setting and with it. */
export function filesOf({ given, set }: Knob): readonly [without: File, changed: File] {
  const without = base();
  given?.(without);
  const changed = structuredClone(without);
  set(changed);
  return [without, changed];
}

export function base(): File {
  return {
    name: 'knobs',
    duration: '40d',
    sites: { east: { search: ['east.contoso.com', 'west.contoso.com'] }, west: { search: ['west.contoso.com', 'east.contoso.com'] } },
    links: [{ between: ['east', 'west'], latency: '40ms' }],
    dns: {},
    policies: {},
    hosts: {
      e1: { site: 'east', publish: ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75'] },
      e2: { site: 'east', publish: ['east.contoso.com, 10, 25'] },
      w1: { site: 'west', publish: ['west.contoso.com, 10, 100'] },
    },
    clients: {
      east: { site: 'east', count: 200, caching: false, arrival: { spread: '7d' } },
      west: { site: 'west', count: 100, caching: false, arrival: { spread: '7d' } },
    },
    timeline: [],
  };
}

// What rows have in common.

type Change = (file: File) => void;
type Figure = (report: SimulationReport) => unknown;

export const failed: Figure = ({ activations }) => activations.failed;
export const attempts: Figure = ({ activations }) => activations.attempts;
export const crossings: Figure = ({ sites }) => sites.reduce((sum, { wan }) => sum + wan.crossings, 0);
export const toActivate: Figure = ({ sites }) => sites[1]?.timeToActivate?.medianMs;
export const of: (name: string) => Figure = (name) => (report) => hostNamed(report, name).activations;

export const crashAt: (at: string, ...hosts: string[]) => Change =
  (at, ...hosts) =>
  (file) => {
    for (const crash of hosts) file.timeline.push({ at, crash });
  };
/** e2 comes first until it stops and its record is withdrawn. */
export const e2Withdrawn: Change = (file) => {
  file.hosts.e2.stop = '5d';
  file.hosts.e2.publish = ['east.contoso.com, 1, 0'];
  file.timeline.push({ at: '5d', withdraw: { host: 'e2' } });
};
export const w1Crashed: Change = crashAt('10d', 'w1');
export const ownProfile: Change = (file) => {
  file.profiles = { own: {} };
  file.clients.east.profile = 'own';
};
export const overWan: Change = (file) => {
  crashAt('0m', 'w1')(file);
  file.links = [];
  file.wan = {};
};
export const staleFirst: Change = (file) =>
  void (file.dns.stale = [{ domain: 'east.contoso.com', target: 'gone.east.contoso.com', priority: 1 }]);
export const scavenged: Change = (file) => {
  staleFirst(file);
  file.dns.scavenging = { every: '1d' };
};
export const publishedAnew: Change = (file) =>
  void file.timeline.push({ at: '10d', publish: { host: 'e2', list: [{ domain: 'east.contoso.com', priority: 10, weight: 25 }] } });
