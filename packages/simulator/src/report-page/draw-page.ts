import type { SimulationReport } from '../report/simulation-report.ts';
import { areaChart, lineChart } from './charts.ts';
import type { Line, Mark } from './charts.ts';
import { count, element, noneOf } from './elements.ts';
import type { PageDocument, PageElement } from './page-dom.ts';
import { drawMap, layOutMap, mapNote } from './site-map.ts';
import { hostTable, siteTable, timelineTable } from './tables.ts';

/** Fills the page; what depends on the window's width is drawn again when that changes. */
export function drawPage(page: PageDocument, report: SimulationReport): void {
  page.title = `${report.scenario}: srvkit simulation`;
  const marks = eventMarks(report);
  const drawn = [mapSection(page, report), loadSection(page, report, marks), statesSection(page, report, marks)];
  const root = page.querySelector('#report');
  root?.replaceChildren(
    element(
      page,
      'header',
      {},
      element(page, 'h1', {}, report.scenario),
      element(
        page,
        'p',
        { class: 'quiet' },
        `${report.service} · ${count(report.clients)} clients · ${count(report.days)} days · seed ${report.seed}`,
      ),
    ),
    figures(page, report),
    section(page, 'Findings', findingList(page, report)),
    ...drawn.map(({ section }) => section),
    section(page, 'Timeline', timelineTable(page, report)),
    section(page, 'Hosts', hostTable(page, report)),
    section(page, 'Sites', siteTable(page, report)),
  );
  const draw = (): void => {
    for (const each of drawn) each.draw();
  };
  draw();
  page.defaultView.addEventListener('resize', draw);
}

/** The events with the numbers that the timeline gives them; those at the same time have one mark, `3–4`. */
export function eventMarks({ timeline }: SimulationReport): readonly Mark[] {
  const marks: Mark[] = [];
  for (const [index, { day }] of timeline.entries()) {
    const last = marks.at(-1);
    const first = last?.label.split('–')[0] ?? '';
    if (last?.day === day) marks[marks.length - 1] = { day, label: `${first}–${index + 1}` };
    else marks.push({ day, label: String(index + 1) });
  }
  return marks;
}

export function findingList(page: PageDocument, { findings }: SimulationReport): PageElement {
  if (findings.length === 0) return noneOf(page, 'Nothing to report: every client was served as planned.');
  return element(page, 'ul', { class: 'findings', id: 'findings' }, ...findings.map((finding) => element(page, 'li', {}, finding)));
}

export function section(page: PageDocument, heading: string, ...content: readonly PageElement[]): PageElement {
  return element(page, 'section', {}, element(page, 'h2', {}, heading), ...content);
}

/** The few numbers that say how it went. */
export function figures(page: PageDocument, { activations, sites }: SimulationReport): PageElement {
  const licensed = sites.reduce((sum, { states }) => sum + states.licensed + states.connected, 0);
  const crossings = sites.reduce((sum, { wan }) => sum + wan.crossings, 0);
  const tiles: readonly (readonly [string, number])[] = [
    ['activations', activations.succeeded],
    ['passes without one', activations.failed],
    ['clients served at the end', licensed],
    ['requests over the WAN', crossings],
  ];
  return element(
    page,
    'div',
    { class: 'figures' },
    ...tiles.map(([name, value]) => element(page, 'div', {}, element(page, 'b', {}, count(value)), element(page, 'span', {}, name))),
  );
}

export function legend(page: PageDocument, kind: 'tone' | 'state', lines: readonly Line[]): PageElement {
  const entries = lines.map(({ name, tone }) => element(page, 'li', {}, element(page, 'i', { class: `${kind}-${tone}` }), name));
  return element(page, 'ul', { class: 'legend' }, ...entries);
}

/** A part of the page that is drawn to the width it has. */
interface Drawn {
  readonly section: PageElement;
  readonly draw: () => void;
}

export function mapSection(page: PageDocument, report: SimulationReport): Drawn {
  const box = element(page, 'div', { class: 'chart' });
  const note = element(page, 'p', { class: 'quiet', id: 'map-note' }, mapNote(layOutMap(report, 0)));
  const draw = (): void => box.replaceChildren(drawMap(page, layOutMap(report, box.clientWidth)));
  return { section: section(page, 'Sites and flows', note, box), draw };
}

/** Each host over time: the busiest in colours, the others behind them. */
export function loadSection(page: PageDocument, { hosts, days, series }: SimulationReport, marks: readonly Mark[]): Drawn {
  const box = element(page, 'div', { class: 'chart' });
  const readout = element(page, 'p', { class: 'readout' }, 'Point at the chart to read values. Numbers mark the events of the timeline.');
  const ranked = [...hosts].sort((a, b) => b.activations - a.activations);
  const lines = ranked.map(({ name, series }, rank) => ({ name, tone: Math.min(rank, 8), values: series.activations }));
  const named = lines.slice(0, 8);
  const rest = lines.length - named.length;
  const others = rest > 0 ? [{ name: `${rest} other ${rest === 1 ? 'host' : 'hosts'}`, tone: 8, values: [] }] : [];
  const hours = series.binMinutes / 60;
  const unit = `activations in ${hours >= 1 ? `${Number(hours.toFixed(2))} h` : `${series.binMinutes} min`}`;
  const draw = (): void =>
    box.replaceChildren(lineChart(page, { lines, marks, days, unit, binDays: series.binMinutes / 1440, width: box.clientWidth }, readout));
  return { section: section(page, 'Load per host', box, legend(page, 'tone', [...named, ...others]), readout), draw };
}

/** How many clients are in which state, of all sites or of one. */
export function statesSection(page: PageDocument, { sites, days, series }: SimulationReport, marks: readonly Mark[]): Drawn {
  const names = [
    ['licensed', 'licensed'],
    ['connected', 'connected'],
    ['oobGrace', 'out-of-box grace'],
    ['ootGrace', 'out-of-tolerance grace'],
    ['notification', 'notification'],
    ['disconnected', 'disconnected'],
  ] as const;
  const box = element(page, 'div', { class: 'chart' });
  const options = sites.map(({ name }, index) => element(page, 'option', { value: index }, name));
  const choice = element(page, 'select', { 'aria-label': 'Site' }, element(page, 'option', { value: '' }, 'all sites'), ...options);
  const linesOf = (chosen: typeof sites): readonly Line[] =>
    names
      .map(([state, name], tone) => ({
        name,
        tone,
        values: Array.from({ length: series.bins + 1 }, (_, bin) =>
          chosen.reduce((sum, site) => sum + (site.series.states[state][bin] ?? 0), 0),
        ),
      }))
      .filter(({ values }) => values.some((value) => value > 0));
  const all = linesOf(sites);
  const draw = (): void => {
    const site = choice.value === '' ? undefined : sites[Number(choice.value)];
    const lines = site === undefined ? all : linesOf([site]);
    box.replaceChildren(
      areaChart(page, { lines, marks, days, unit: 'clients', binDays: series.binMinutes / 1440, width: box.clientWidth }),
    );
  };
  choice.addEventListener('change', draw);
  return { section: section(page, 'States of clients', choice, box, legend(page, 'state', all)), draw };
}
