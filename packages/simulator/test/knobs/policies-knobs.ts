import { failed, of, crashAt, w1Crashed, ownProfile } from './knob.ts';
import type { Knob } from './knob.ts';

export const POLICIES_KNOBS: readonly Knob[] = [
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
  {
    title: 'the service: connections of a plain service each hour',
    given: (f) => {
      for (const host of ['e1', 'e2', 'w1']) f.hosts[host].port = 389;
    },
    set: (f) => void (f.service = '_ldap._tcp'),
    number: (r) => r.activations.succeeded,
  },
  {
    title: 'policy pinned of a profile: failed passes',
    given: (f) => {
      ownProfile(f);
      f.clients.east.pinned = { global: 'gone.contoso.com' };
    },
    set: (f) => void (f.profiles.own.pinned = 'exclusive'),
    number: failed,
  },
  {
    title: 'policy domains of a profile: failed passes',
    given: (f) => {
      ownProfile(f);
      crashAt('10d', 'e1', 'e2')(f);
    },
    set: (f) => void (f.profiles.own.domains = 'all'),
    number: failed,
  },
  {
    title: 'policy fill of a profile: where the first are remembered',
    given: (f) => {
      ownProfile(f);
      f.clients.east.caching = true;
    },
    set: (f) => void (f.profiles.own.fill = 'responded'),
    number: of('e1'),
  },
  {
    title: 'the kind of a profile: connections each hour',
    given: ownProfile,
    set: (f) => void (f.profiles.own.kind = 'service'),
    number: (r) => r.activations.succeeded,
  },
  { title: 'the duration', set: (f) => void (f.duration = '41d'), number: (r) => r.activations.succeeded },
  { title: 'the seed', set: (f) => void (f.seed = 5), number: of('e1') },
];
