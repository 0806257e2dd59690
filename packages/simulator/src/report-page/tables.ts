import type { SimulationReport } from '../report/simulation-report.ts';
import { count, duration, element, noneOf, percent } from './elements.ts';
import type { PageDocument, PageElement } from './page-dom.ts';

/** A table that scrolls by itself where it is wider than the window. Columns after the first `words` hold numbers. */
export function table(page: PageDocument, heading: readonly string[], words: number, rows: readonly (readonly string[])[]): PageElement {
  const cell = (name: string) => (text: string, index: number) => element(page, name, { class: index < words ? 'word' : 'number' }, text);
  const head = element(page, 'thead', {}, element(page, 'tr', {}, ...heading.map(cell('th'))));
  const body = element(page, 'tbody', {}, ...rows.map((row) => element(page, 'tr', {}, ...row.map(cell('td')))));
  return element(page, 'div', { class: 'scroll', tabindex: 0 }, element(page, 'table', {}, head, body));
}

export function hostTable(page: PageDocument, { hosts }: SimulationReport): PageElement {
  const heading = [
    'host',
    'site',
    'activations',
    'share',
    'by the law',
    'from elsewhere',
    'peak a minute',
    'count',
    'refused',
    'unanswered',
  ];
  return table(
    page,
    heading,
    2,
    hosts.map((host) => [
      host.name,
      host.site,
      count(host.activations),
      percent(host.share),
      percent(host.expectedShare),
      count(host.fromOtherSites),
      count(host.peakPerMinute),
      count(host.count),
      count(host.refused.belowThreshold + host.refused.wrongProduct + host.refused.clockSkew),
      count(host.unanswered),
    ]),
  );
}

export function siteTable(page: PageDocument, { sites }: SimulationReport): PageElement {
  const heading = [
    'site',
    'clients',
    'served here',
    'elsewhere',
    'failed',
    'WAN octets',
    'DNS octets',
    'to activate: median',
    '95th',
    'worst',
    'to fail over: median',
    '95th',
    'worst',
    'out of service: median',
    '95th',
    'worst',
  ];
  return table(
    page,
    heading,
    1,
    sites.map(({ name, clients, served, failed, wan, timeToActivate, timeToFailOver, timeOutOfService }) => {
      const here = served[name] ?? 0;
      const all = Object.values(served).reduce((sum, each) => sum + each, 0);
      const times = [timeToActivate, timeToFailOver, timeOutOfService].flatMap((time) =>
        time === null ? ['–', '–', '–'] : [time.medianMs, time.p95Ms, time.worstMs].map(duration),
      );
      return [name, count(clients), count(here), count(all - here), count(failed), count(wan.bytes), count(wan.dnsBytes), ...times];
    }),
  );
}

/** The events with the numbers that mark them in the charts, and what changed: of those at the same time, once after the last. */
export function timelineTable(page: PageDocument, { timeline }: SimulationReport): PageElement {
  if (timeline.length === 0) return noneOf(page, 'Nothing happens in this scenario.');
  const items = timeline.map(({ day, event, changed }, index) =>
    element(
      page,
      'li',
      {},
      element(page, 'span', { class: 'badge' }, String(index + 1)),
      ` day ${count(day)}: `,
      element(page, 'strong', {}, event),
      element(page, 'ul', {}, ...(timeline[index + 1]?.day === day ? [] : changed).map((sentence) => element(page, 'li', {}, sentence))),
    ),
  );
  return element(page, 'ol', { class: 'events' }, ...items);
}
