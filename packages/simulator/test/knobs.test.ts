import test from 'ava';
import type { SimulationReport } from '../src/index.ts';
import { hostNamed, play } from './play.ts';

// Every setting of a scenario changes a named number: played with and without it, all else equal.

type File = any; // eslint-disable-line typescript/no-explicit-any -- the settings of a file, which each row changes where it likes

function base(): File {
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

interface Knob {
  readonly title: string;
  /** What both have: the circumstances in which the setting matters. */
  readonly given?: (file: File) => void;
  readonly set: (file: File) => void;
  readonly number: (report: SimulationReport) => unknown;
}

const failed = (report: SimulationReport): number => report.activations.failed;
const crossings = (report: SimulationReport): number => report.sites.reduce((sum, { wan }) => sum + wan.crossings, 0);
const of = (name: string) => (report: SimulationReport) => hostNamed(report, name).activations;
const crashAt =
  (minutes: string, ...hosts: string[]) =>
  (file: File) => {
    for (const crash of hosts) file.timeline.push({ at: minutes, crash });
  };
const w1Crashed = crashAt('10d', 'w1');

const KNOBS: readonly Knob[] = [
  {
    title: 'latency of a link: time to activate',
    given: crashAt('0m', 'w1'),
    set: (f) => void (f.links[0].latency = '90ms'),
    number: ({ sites }) => sites[1]?.timeToActivate?.medianMs,
  },
  {
    title: 'jitter of a link: time to activate',
    given: crashAt('0m', 'w1'),
    set: (f) => void (f.links[0].jitter = '30ms'),
    number: ({ sites }) => sites[1]?.timeToActivate?.medianMs,
  },
  {
    title: 'loss of a link: unanswered connections',
    given: w1Crashed,
    set: (f) => void (f.links[0].loss = '60%'),
    number: (r) => hostNamed(r, 'e1').unanswered,
  },
  { title: 'a link at all: failed passes', given: w1Crashed, set: (f) => void (f.links = []), number: failed },
  {
    title: 'wan in place of links: failed passes',
    given: (f) => {
      w1Crashed(f);
      f.links = [];
    },
    set: (f) => void (f.wan = {}),
    number: failed,
  },
  {
    title: 'a firewall rule by port: failed passes',
    given: w1Crashed,
    set: (f) => void (f.links[0].firewall = [{ port: 1688 }]),
    number: failed,
  },
  {
    title: 'the port of a firewall rule: failed passes',
    given: (f) => {
      w1Crashed(f);
      f.links[0].firewall = [{ port: 1688 }];
    },
    set: (f) => void (f.links[0].firewall[0].port = 25),
    number: failed,
  },
  {
    title: 'the direction of a firewall rule: failed passes',
    given: (f) => {
      w1Crashed(f);
      f.links[0].firewall = [{ from: 'west' }];
    },
    set: (f) => void (f.links[0].firewall[0].from = 'east'),
    number: failed,
  },
  {
    title: 'the action of a firewall rule: time to fail over',
    given: (f) => {
      f.links[0].firewall = [{ from: 'east', action: 'drop' }];
      f.hosts.w1.publish.push('east.contoso.com, 5, 0');
    },
    set: (f) => void (f.links[0].firewall[0].action = 'reject'),
    number: ({ sites }) => sites[0]?.timeToFailOver?.medianMs,
  },
  {
    title: 'the suffix search list of a site',
    given: w1Crashed,
    set: (f) => void (f.sites.west.search = ['east.contoso.com']),
    number: of('e2'),
  },
  {
    title: 'the DNS servers of a site: questions over the WAN',
    set: (f) => void (f.sites.west.dns = 'east'),
    number: ({ sites }) => sites[1]?.wan.dnsQuestions,
  },
  { title: 'the site of a host: WAN crossings', set: (f) => void (f.hosts.e2.site = 'west'), number: crossings },
  {
    title: 'the port of a host: unanswered connections',
    given: (f) => {
      f.dns.static = [{ domain: 'east.contoso.com', target: 'e1.east.contoso.com', port: 1700, priority: 1 }];
    },
    set: (f) => void (f.hosts.e1.port = 1700),
    number: (r) => hostNamed(r, 'e1').unanswered,
  },
  { title: 'the weight in a publish list', set: (f) => void (f.hosts.e1.publish[0] = 'east.contoso.com, 10, 25'), number: of('e1') },
  {
    title: 'the priority in a publish list',
    set: (f) => void (f.hosts.e2.publish[0] = { domain: 'east.contoso.com', priority: 5, weight: 25 }),
    number: of('e1'),
  },
  { title: 'whether a host publishes', set: (f) => void (f.hosts.e2.publishing = false), number: of('e2') },
  {
    title: 'whether an unlisted home domain is published',
    given: (f) => void (f.hosts.e2.publish = ['west.contoso.com, 95, 0']),
    set: (f) => void (f.hosts.e2.homeDomain = 'listed'),
    number: of('e2'),
  },
  {
    title: 'the home domain of a host',
    given: (f) => {
      delete f.hosts.e2.publish;
    },
    set: (f) => void (f.hosts.e2.home = 'west.contoso.com'),
    number: of('e2'),
  },
  {
    title: 'the name of a host: attempts at nobody',
    given: (f) => {
      f.dns.static = [{ domain: 'east.contoso.com', target: 'other.east.contoso.com', priority: 1 }];
    },
    set: (f) => void (f.hosts.e1.name = 'other.east.contoso.com'),
    number: of('e1'),
  },
  {
    title: 'the products of a host: refusals',
    set: (f) => void (f.hosts.e1.products = ['office']),
    number: (r) => hostNamed(r, 'e1').refused.wrongProduct,
  },
  {
    title: 'the clock of a host: refusals',
    set: (f) => void (f.hosts.e1.clockOffset = '+5h'),
    number: (r) => hostNamed(r, 'e1').refused.clockSkew,
  },
  {
    title: 'the clock of a group: refusals',
    set: (f) => void (f.clients.east.clockOffset = '-5h'),
    number: (r) => hostNamed(r, 'e1').refused.clockSkew,
  },
  {
    title: 'the start of a host: when it first answers',
    set: (f) => void (f.hosts.e2.start = '20d'),
    number: (r) => hostNamed(r, 'e2').firstAnsweredDay,
  },
  { title: 'the stop of a host', set: (f) => void (f.hosts.e2.stop = '20d'), number: of('e2') },
  {
    title: 'the activation interval of a host: failed passes',
    given: (f) => {
      f.clients = { few: { site: 'east', count: 3 } };
    },
    set: (f) => {
      for (const host of ['e1', 'e2']) f.hosts[host].activationInterval = '15m';
    },
    number: failed,
  },
  { title: 'the renewal interval of a host', set: (f) => void (f.hosts.w1.renewalInterval = '1d'), number: of('w1') },
  {
    title: 'whether a restart forgets the count: refusals',
    given: (f) => void f.timeline.push({ at: '20d', crash: 'w1' }, { at: '20d', restore: 'w1' }),
    set: (f) => void (f.hosts.w1.losesCount = true),
    number: (r) => hostNamed(r, 'w1').refused.belowThreshold,
  },
  {
    title: 'the TTL: how long a withdrawn record is drawn',
    given: (f) => {
      f.hosts.e2.stop = '5d';
      f.hosts.e2.publish = ['east.contoso.com, 1, 0'];
      f.timeline.push({ at: '5d', withdraw: { host: 'e2' } });
    },
    set: (f) => void (f.dns.ttl = '2d'),
    number: (r) => hostNamed(r, 'e2').unanswered,
  },
  {
    title: 'the TTL of one domain: how long a withdrawn record is drawn',
    given: (f) => {
      f.hosts.e2.stop = '5d';
      f.hosts.e2.publish = ['east.contoso.com, 1, 0'];
      f.timeline.push({ at: '5d', withdraw: { host: 'e2' } });
    },
    set: (f) => void (f.dns.ttls = { 'East.Contoso.com.': '2d' }),
    number: (r) => hostNamed(r, 'e2').unanswered,
  },
  {
    title: 'the replication delay: how long a withdrawn record is drawn',
    given: (f) => {
      f.hosts.e2.stop = '5d';
      f.hosts.e2.publish = ['east.contoso.com, 1, 0'];
      f.timeline.push({ at: '5d', withdraw: { host: 'e2' } });
    },
    set: (f) => void (f.dns.replicationDelay = '1d'),
    number: (r) => hostNamed(r, 'e2').unanswered,
  },
  {
    title: 'the site of the primary: what a partition keeps from the other',
    given: (f) =>
      void f.timeline.push(
        { at: '10d', partition: ['east', 'west'] },
        { at: '11d', weight: { host: 'e1', domain: 'east.contoso.com', weight: 0 } },
      ),
    set: (f) => void (f.dns.primary = 'west'),
    number: of('e1'),
  },
  {
    title: 'zones: whether a domain can be published in',
    given: (f) => {
      f.hosts.e2.publish = ['lab.contoso.com, 0, 0'];
      f.hosts.e2.homeDomain = 'listed';
      f.clients.lab = { site: 'east', count: 30, search: ['east.contoso.com'] };
    },
    set: (f) => void (f.dns.zones = ['lab.contoso.com']),
    number: ({ findings }) => findings.length,
  },
  {
    title: 'static records',
    set: (f) => void (f.dns.static = [{ domain: 'east.contoso.com', target: 'w1.west.contoso.com', priority: 1 }]),
    number: of('w1'),
  },
  {
    title: 'stale records: connections begun',
    set: (f) => void (f.dns.stale = [{ domain: 'east.contoso.com', target: 'gone.east.contoso.com', priority: 1 }]),
    number: (r) => r.activations.attempts,
  },
  {
    title: 'scavenging: connections begun',
    given: (f) => void (f.dns.stale = [{ domain: 'east.contoso.com', target: 'gone.east.contoso.com', priority: 1 }]),
    set: (f) => void (f.dns.scavenging = {}),
    number: (r) => r.activations.attempts,
  },
  {
    title: 'the site of a group: WAN crossings',
    given: (f) => void (f.clients.east.search = ['east.contoso.com']),
    set: (f) => void (f.clients.east.site = 'west'),
    number: crossings,
  },
  { title: 'the count of a group', set: (f) => void (f.clients.east.count = 201), number: (r) => r.activations.succeeded },
  {
    title: 'host caching',
    given: (f) => void f.timeline.push({ at: '10d', crash: 'e1' }, { at: '15d', restore: 'e1' }),
    set: (f) => void (f.clients.east.caching = true),
    number: of('e1'),
  },
  { title: 'the profile of a group', set: (f) => void (f.clients.east.profile = 'vista'), number: of('e1') },
  {
    title: 'a profile of its own',
    given: (f) => {
      f.profiles = { own: {} };
      f.clients.east.profile = 'own';
    },
    set: (f) => void (f.profiles.own.law = 'uniform'),
    number: of('e1'),
  },
  {
    title: 'how often a service is used',
    given: (f) => {
      f.profiles = { own: { kind: 'service', every: '7d', retry: '2h' } };
      f.clients.east.profile = 'own';
    },
    set: (f) => void (f.profiles.own.every = '1d'),
    number: (r) => r.activations.succeeded,
  },
  {
    title: 'how soon a service is tried again',
    given: (f) => {
      f.profiles = { own: { kind: 'service', every: '1d', retry: '2h' } };
      f.clients.east.profile = 'own';
      crashAt('10d', 'e1', 'e2', 'w1')(f);
    },
    set: (f) => void (f.profiles.own.retry = '1h'),
    number: failed,
  },
  {
    title: 'the product of a group: the threshold',
    given: (f) => void (f.clients = { few: { site: 'west', count: 10 } }),
    set: (f) => void (f.clients.few.product = 'windows-server'),
    number: (r) => r.activations.succeeded,
  },
  { title: 'pinned for the product', set: (f) => void (f.clients.east.pinned = { sku: 'w1.west.contoso.com' }), number: of('w1') },
  {
    title: 'pinned for the application',
    set: (f) => void (f.clients.east.pinned = { application: 'w1.west.contoso.com' }),
    number: of('w1'),
  },
  {
    title: 'pinned for the machine',
    set: (f) => void (f.clients.east.pinned = { global: { host: 'w1.west.contoso.com', port: 1688 } }),
    number: of('w1'),
  },
  { title: 'a search list of its own', set: (f) => void (f.clients.east.search = ['west.contoso.com']), number: of('w1') },
  {
    title: 'arrival all at once: the peak',
    set: (f) => void (f.clients.west.arrival = 'at-once'),
    number: (r) => hostNamed(r, 'w1').peakPerMinute,
  },
  { title: 'arrival later', set: (f) => void (f.clients.west.arrival = { spread: '7d', at: '20d' }), number: of('w1') },
  {
    title: 'arrival in office hours: the peak',
    set: (f) => void (f.clients.west.arrival = { officeHours: { from: '08:00', to: '08:30' }, over: '5d' }),
    number: (r) => hostNamed(r, 'w1').peakPerMinute,
  },
  {
    title: 'roaming',
    set: (f) => void (f.clients.east.roaming = { to: ['west'], share: '50%', every: '20d', away: '10d' }),
    number: (r) => r.sites[1]?.served['west'],
  },
  {
    title: 'the share that roams',
    given: (f) => void (f.clients.east.roaming = { to: ['west'], share: '50%', every: '20d', away: '10d' }),
    set: (f) => void (f.clients.east.roaming.share = '5%'),
    number: (r) => r.sites[1]?.served['west'],
  },
  {
    title: 'logons in the watch of 15 minutes: failed passes',
    given: (f) => {
      f.clients.west = { site: 'west', count: 60, arrival: { officeHours: { from: '08:00', to: '08:10' }, over: '1d' } };
      crashAt('6d', 'e1', 'e2', 'w1')(f);
    },
    set: (f) => void (f.clients.west.logon = { from: '08:05', to: '08:15' }),
    number: failed,
  },
  {
    title: 'a network that is there again within the watch of 15 minutes: time out of service',
    given: (f) => {
      f.clients.west = { site: 'west', count: 5000, product: 'office', arrival: { spread: '7d' }, search: ['east.contoso.com'] };
      f.timeline.push({ at: '12000m', partition: ['east', 'west'] }, { at: '12010m', repair: ['east', 'west'] });
    },
    set: (f) => {
      f.timeline[0].partition = 'west';
      f.timeline[1].repair = 'west';
    },
    number: ({ sites }) => sites[1]?.timeOutOfService?.worstMs,
  },
  { title: 'cloned images: the count', set: (f) => void (f.clients.west.cloned = true), number: (r) => hostNamed(r, 'w1').count },
  {
    title: 'policy pinned: failed passes',
    given: (f) => {
      f.clients.east.pinned = { global: 'gone.contoso.com' };
    },
    set: (f) => void (f.policies.pinned = 'exclusive'),
    number: failed,
  },
  { title: 'policy law', set: (f) => void (f.policies.law = 'uniform'), number: of('e1') },
  {
    title: 'policy domains: failed passes',
    given: (f) => {
      crashAt('10d', 'e1', 'e2')(f);
    },
    set: (f) => void (f.policies.domains = 'all'),
    number: failed,
  },
  {
    title: 'policy fill: where the first are remembered',
    given: (f) => void (f.clients.east.caching = true),
    set: (f) => void (f.policies.fill = 'responded'),
    number: of('e1'),
  },
  {
    title: 'policy belowThreshold: connections begun',
    set: (f) => void (f.policies.belowThreshold = 'continue'),
    number: (r) => r.activations.attempts,
  },
  {
    title: 'policy attemptTimeout: time to fail over',
    given: crashAt('10d', 'e1'),
    set: (f) => void (f.policies.attemptTimeout = '9s'),
    number: ({ sites }) => sites[0]?.timeToFailOver?.medianMs,
  },
  {
    title: 'policy requestBytes: WAN octets',
    given: w1Crashed,
    set: (f) => void (f.policies.requestBytes = 600),
    number: ({ sites }) => sites[1]?.wan.bytes,
  },
  { title: 'a crash', set: crashAt('20d', 'e1'), number: of('e1') },
  { title: 'a restore', given: crashAt('10d', 'e1'), set: (f) => void f.timeline.push({ at: '20d', restore: 'e1' }), number: of('e1') },
  {
    title: 'a partition of a link',
    given: w1Crashed,
    set: (f) => void f.timeline.push({ at: '20d', partition: ['east', 'west'] }),
    number: failed,
  },
  { title: 'a partition of a site', given: w1Crashed, set: (f) => void f.timeline.push({ at: '20d', partition: 'west' }), number: failed },
  {
    title: 'a repair',
    given: (f) => {
      w1Crashed(f);
      f.timeline.push({ at: '20d', partition: 'west' });
    },
    set: (f) => void f.timeline.push({ at: '25d', repair: 'west' }),
    number: failed,
  },
  {
    title: 'a change of weight',
    set: (f) => void f.timeline.push({ at: '10d', weight: { host: 'e2', domain: 'east.contoso.com', weight: 7500 } }),
    number: of('e2'),
  },
  {
    title: 'a change of priority',
    set: (f) => void f.timeline.push({ at: '10d', weight: { host: 'e2', domain: 'east.contoso.com', weight: 25, priority: 1 } }),
    number: of('e2'),
  },
  {
    title: 'a change of publish list',
    set: (f) => void f.timeline.push({ at: '10d', publish: { host: 'e2', list: ['east.contoso.com, 1, 0'] } }),
    number: of('e2'),
  },
  {
    title: 'a new host',
    given: (f) => void (f.hosts.e3 = { site: 'east', publish: ['east.contoso.com, 1, 0'], publishing: true, start: '39d' }),
    set: (f) => void f.timeline.push({ at: '10d', newHost: 'e3' }),
    number: of('e3'),
  },
  {
    title: 'a withdrawn record',
    given: (f) => void (f.hosts.e2.publish = ['east.contoso.com, 1, 0']),
    set: (f) => void f.timeline.push({ at: '10d', withdraw: { host: 'e2', domain: 'east.contoso.com' } }),
    number: of('e2'),
  },
  { title: 'the duration', set: (f) => void (f.duration = '41d'), number: (r) => r.activations.succeeded },
  { title: 'the seed', set: (f) => void (f.seed = 5), number: of('e1') },
];

for (const { title, given, set, number } of KNOBS) {
  test(title, (t) => {
    const without = base();
    given?.(without);
    const changed = structuredClone(without);
    set(changed);
    t.notDeepEqual(number(play(changed, changed.seed)), number(play(without)));
  });
}
