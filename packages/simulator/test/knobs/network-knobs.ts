import { hostNamed } from '../play.ts';
import { failed, of, crashAt, w1Crashed, toActivate, overWan } from './knob.ts';
import type { Knob } from './knob.ts';

export const NETWORK_KNOBS: readonly Knob[] = [
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
  { title: 'latency of the wan: time to activate', given: overWan, set: (f) => void (f.wan.latency = '90ms'), number: toActivate },
  { title: 'jitter of the wan: time to activate', given: overWan, set: (f) => void (f.wan.jitter = '90ms'), number: toActivate },
  {
    title: 'loss of the wan: unanswered connections',
    given: overWan,
    set: (f) => void (f.wan.loss = '60%'),
    number: (r) => hostNamed(r, 'e1').unanswered,
  },
];
