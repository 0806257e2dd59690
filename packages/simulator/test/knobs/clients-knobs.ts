import { hostNamed } from '../play.ts';
import { failed, crossings, of, crashAt } from './knob.ts';
import type { Knob } from './knob.ts';

export const CLIENTS_KNOBS: readonly Knob[] = [
  {
    title: 'the clock of a group: refusals',
    set: (f) => void (f.clients.east.clockOffset = '-5h'),
    number: (r) => hostNamed(r, 'e1').refused.clockSkew,
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
  { title: 'cloned images: the count', set: (f) => void (f.clients.west.cloned = true), number: (r) => hostNamed(r, 'w1').count },
  {
    title: 'the port of a host pinned for the product',
    given: (f) => void (f.clients.east.pinned = { sku: { host: 'w1.west.contoso.com', port: 1700 } }),
    set: (f) => void (f.clients.east.pinned.sku = { host: 'w1.west.contoso.com', port: 1688 }),
    number: of('w1'),
  },
  {
    title: 'the name of a host pinned for the product',
    given: (f) => void (f.clients.east.pinned = { sku: { host: 'w1.west.contoso.com', port: 1688 } }),
    set: (f) => void (f.clients.east.pinned.sku.host = 'e2.east.contoso.com'),
    number: of('w1'),
  },
  {
    title: 'the port of a host pinned for the application',
    given: (f) => void (f.clients.east.pinned = { application: { host: 'w1.west.contoso.com', port: 1700 } }),
    set: (f) => void (f.clients.east.pinned.application.port = 1688),
    number: of('w1'),
  },
  {
    title: 'the name of a host pinned for the application',
    given: (f) => void (f.clients.east.pinned = { application: { host: 'w1.west.contoso.com', port: 1688 } }),
    set: (f) => void (f.clients.east.pinned.application.host = 'e2.east.contoso.com'),
    number: of('w1'),
  },
  {
    title: 'pinned for the machine, as text',
    set: (f) => void (f.clients.east.pinned = { global: 'w1.west.contoso.com' }),
    number: of('w1'),
  },
  {
    title: 'over how many days arrivals in office hours are spread: the peak',
    given: (f) => void (f.clients.west.arrival = { officeHours: { from: '08:00', to: '08:30' }, over: '1d' }),
    set: (f) => void (f.clients.west.arrival.over = '20d'),
    number: (r) => hostNamed(r, 'w1').peakPerMinute,
  },
];
