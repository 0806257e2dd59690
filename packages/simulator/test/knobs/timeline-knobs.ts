import { failed, of, crashAt, w1Crashed, publishedAnew } from './knob.ts';
import type { Knob } from './knob.ts';

export const TIMELINE_KNOBS: readonly Knob[] = [
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
  {
    title: 'the priority in a change of weight',
    given: (f) => void f.timeline.push({ at: '10d', weight: { host: 'e2', domain: 'east.contoso.com', weight: 25 } }),
    set: (f) => void (f.timeline[0].weight.priority = 1),
    number: of('e2'),
  },
  {
    title: 'the domain in a change of publish list',
    given: publishedAnew,
    set: (f) => void (f.timeline[0].publish.list[0].domain = 'west.contoso.com'),
    number: of('e2'),
  },
  {
    title: 'the priority in a change of publish list',
    given: publishedAnew,
    set: (f) => void (f.timeline[0].publish.list[0].priority = 99),
    number: of('e2'),
  },
  {
    title: 'the weight in a change of publish list',
    given: publishedAnew,
    set: (f) => void (f.timeline[0].publish.list[0].weight = 7500),
    number: of('e2'),
  },
  {
    title: 'the domain from which a record is withdrawn',
    given: (f) => {
      f.hosts.e2.publish = ['east.contoso.com, 1, 0', 'west.contoso.com, 1, 0'];
      f.hosts.e2.homeDomain = 'listed';
      f.timeline.push({ at: '10d', withdraw: { host: 'e2' } });
    },
    set: (f) => void (f.timeline[0].withdraw.domain = 'west.contoso.com'),
    number: of('e2'),
  },
];
