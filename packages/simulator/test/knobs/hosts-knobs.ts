import { hostNamed } from '../play.ts';
import { failed, crossings, of } from './knob.ts';
import type { Knob } from './knob.ts';

export const HOSTS_KNOBS: readonly Knob[] = [
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
    title: 'the priority of a publish list written in parts',
    given: (f) => void (f.hosts.e2.publish = [{ domain: 'east.contoso.com', priority: 10, weight: 25 }]),
    set: (f) => void (f.hosts.e2.publish[0].priority = 5),
    number: of('e2'),
  },
  {
    title: 'the weight of a publish list written in parts',
    given: (f) => void (f.hosts.e2.publish = [{ domain: 'east.contoso.com', priority: 10, weight: 25 }]),
    set: (f) => void (f.hosts.e2.publish[0].weight = 75),
    number: of('e2'),
  },
];
