import { hostNamed } from '../play.ts';
import { attempts, e2Withdrawn, of, scavenged, staleFirst } from './knob.ts';
import type { Knob } from './knob.ts';

export const DNS_KNOBS: readonly Knob[] = [
  {
    title: 'the TTL: how long a withdrawn record is drawn',
    given: e2Withdrawn,
    set: (f) => void (f.dns.ttl = '2d'),
    number: (r) => hostNamed(r, 'e2').unanswered,
  },
  {
    title: 'the TTL of one domain: how long a withdrawn record is drawn',
    given: e2Withdrawn,
    set: (f) => void (f.dns.ttls = { 'East.Contoso.com.': '2d' }),
    number: (r) => hostNamed(r, 'e2').unanswered,
  },
  {
    title: 'the replication delay: how long a withdrawn record is drawn',
    given: e2Withdrawn,
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
    title: 'the port of a static record: unanswered connections',
    given: (f) => void (f.dns.static = [{ domain: 'east.contoso.com', target: 'w1.west.contoso.com', priority: 1 }]),
    set: (f) => void (f.dns.static[0].port = 1700),
    number: (r) => hostNamed(r, 'w1').unanswered,
  },
  {
    title: 'the priority of a static record',
    given: (f) => void (f.dns.static = [{ domain: 'east.contoso.com', target: 'w1.west.contoso.com', priority: 1 }]),
    set: (f) => void (f.dns.static[0].priority = 99),
    number: of('w1'),
  },
  {
    title: 'the weight of a static record',
    given: (f) => void (f.dns.static = [{ domain: 'east.contoso.com', target: 'w1.west.contoso.com', priority: 10 }]),
    set: (f) => void (f.dns.static[0].weight = 100),
    number: of('w1'),
  },
  {
    title: 'the port of a stale record: unanswered connections',
    given: (f) => void (f.dns.stale = [{ domain: 'east.contoso.com', target: 'w1.west.contoso.com', priority: 1 }]),
    set: (f) => void (f.dns.stale[0].port = 1700),
    number: (r) => hostNamed(r, 'w1').unanswered,
  },
  { title: 'the priority of a stale record', given: staleFirst, set: (f) => void (f.dns.stale[0].priority = 99), number: attempts },
  {
    title: 'the weight of a stale record',
    given: (f) => void (f.dns.stale = [{ domain: 'east.contoso.com', target: 'gone.east.contoso.com', priority: 10 }]),
    set: (f) => void (f.dns.stale[0].weight = 100),
    number: attempts,
  },
  {
    title: 'how long a record is not refreshed before it is scavenged',
    given: scavenged,
    set: (f) => void (f.dns.scavenging.noRefresh = '1d'),
    number: attempts,
  },
  {
    title: 'how long a record waits for its refresh before it is scavenged',
    given: scavenged,
    set: (f) => void (f.dns.scavenging.refresh = '1d'),
    number: attempts,
  },
  { title: 'how often records are scavenged', given: scavenged, set: (f) => void (f.dns.scavenging.every = '10d'), number: attempts },
];
