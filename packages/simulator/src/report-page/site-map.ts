import type { SimulationReport } from '../report/simulation-report.ts';
import { count, svg } from './elements.ts';
import type { PageDocument, PageElement } from './page-dom.ts';

/** A site on the map. */
export interface Place {
  readonly name: string;
  readonly clients: number;
  readonly hosts: readonly string[];
  readonly servedAtHome: number;
  /** Its direction from the middle. */
  readonly cos: number;
  readonly sin: number;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Activations of the clients at one site by hosts of another. */
export interface Flow {
  readonly from: Place;
  readonly to: Place;
  readonly served: number;
}

/** The sites on a ring, as large as their clients are many; an arrow goes from the clients to the site whose hosts served them. */
export interface SiteMap {
  readonly width: number;
  readonly height: number;
  /** Too many sites for more than their names. */
  readonly isCrowded: boolean;
  readonly places: readonly Place[];
  /** How wide the widest arrow is: on a small map, thin enough to leave the others room. */
  readonly widestArrow: number;
  /** The widest, and how many there are in all: very many arrows would show nothing. */
  readonly flows: readonly Flow[];
  readonly allFlows: number;
}

export function layOutMap({ sites, hosts }: SimulationReport, width: number): SiteMap {
  const isCrowded = sites.length > 14;
  const height = sites.length <= 2 ? 220 : Math.min(560, Math.max(300, width * (isCrowded ? 1 : 0.72)));
  const margin = isCrowded ? 24 + 7.5 * Math.max(...sites.map(({ name }) => shortName(name, isCrowded).length)) : 84;
  const [ringX, ringY] = sites.length === 1 ? [0, 0] : [width / 2 - margin, height / 2 - (isCrowded ? margin : 76)];
  // Neighbours on the ring do not touch.
  const room = sites.length === 1 ? 30 : (Math.PI * (ringX + ringY)) / sites.length / 2 - 1;
  const largest = Math.max(1, ...sites.map(({ clients }) => clients));
  const places = sites.map(({ name, clients, served }, index): Place => {
    const angle = (index / sites.length) * 2 * Math.PI + (sites.length === 2 ? Math.PI : -Math.PI / 2);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const radius = Math.max(2, Math.min(room, 5 + (isCrowded ? 9 : 25) * Math.sqrt(clients / largest)));
    const own = hosts.filter(({ site }) => site === name).map((host) => host.name);
    const [x, y] = [width / 2 + ringX * cos, height / 2 + ringY * sin];
    return { name, clients, hosts: own, servedAtHome: served[name] ?? 0, cos, sin, x, y, radius };
  });
  const flows = places
    .flatMap((from, here) => places.map((to): Flow => ({ from, to, served: sites[here]?.served[to.name] ?? 0 })))
    .filter(({ from, to, served }) => served > 0 && from !== to)
    .sort((a, b) => b.served - a.served);
  const widestArrow = Math.min(8, Math.max(3, width / 110));
  return { width, height, isCrowded, places, widestArrow, flows: flows.slice(0, 60), allFlows: flows.length };
}

export function drawMap(page: PageDocument, map: SiteMap): PageElement {
  const { width, height, flows, places } = map;
  const label = 'Who is served by whom';
  const root = svg(page, 'svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label });
  root.append(svg(page, 'defs', {}, arrowTip(page, map)));
  for (const flow of flows) root.append(...flowArrow(page, flow, map));
  for (const place of places) root.append(...siteMark(page, place, map));
  return root;
}

/** What of the map a reader would otherwise not know. */
export function mapNote({ flows, allFlows }: SiteMap): string {
  const note = 'Arrows lead from clients to the site that served them; their width grows with the activations.';
  return flows.length === allFlows ? note : `${note} The ${flows.length} widest of ${count(allFlows)} are drawn.`;
}

/** How long and how wide the tip of an arrow is: wider than any arrow. */
export function tipSize({ widestArrow }: SiteMap): number {
  return 5 + 1.5 * widestArrow;
}

export function arrowTip(page: PageDocument, map: SiteMap): PageElement {
  const size = {
    viewBox: '0 0 8 8',
    refX: 0,
    refY: 4,
    markerWidth: tipSize(map),
    markerHeight: tipSize(map),
    markerUnits: 'userSpaceOnUse',
  };
  return svg(page, 'marker', { id: 'tip', ...size, orient: 'auto' }, svg(page, 'path', { d: 'M0,0 L8,4 L0,8 z', class: 'tip' }));
}

/** An arrow and, on a map with room for it, its number. */
export function flowArrow(page: PageDocument, { from, to, served }: Flow, map: SiteMap): PageElement[] {
  const { flows, places, widestArrow } = map;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const [ux, uy] = [dx / length, dy / length];
  // Bent to its right, so that two ways between two sites stay apart.
  const [bendX, bendY] = [(from.x + to.x) / 2 - uy * length * 0.16, (from.y + to.y) / 2 + ux * length * 0.16];
  const fromStart = Math.hypot(bendX - from.x, bendY - from.y);
  const [startX, startY] = [from.x + ((bendX - from.x) / fromStart) * from.radius, from.y + ((bendY - from.y) / fromStart) * from.radius];
  const toEnd = Math.hypot(to.x - bendX, to.y - bendY);
  // The tip stands before the end; between sites that nearly touch, on the arrow.
  const end = Math.min(to.radius + 2 + tipSize(map), toEnd * 0.8);
  const [endX, endY] = [to.x - ((to.x - bendX) / toEnd) * end, to.y - ((to.y - bendY) / toEnd) * end];
  const d = `M${startX.toFixed(1)},${startY.toFixed(1)} Q${bendX.toFixed(1)},${bendY.toFixed(1)} ${endX.toFixed(1)},${endY.toFixed(1)}`;
  const title = svg(page, 'title', {}, `${from.name} served by ${to.name}: ${count(served)} activations`);
  const stroke = (1 + (widestArrow - 1) * Math.sqrt(served / (flows[0]?.served ?? served))).toFixed(1);
  const arrow = svg(page, 'path', { d, 'stroke-width': stroke, 'marker-end': 'url(#tip)', class: 'flow' }, title);
  if (places.length > 4) return [arrow];
  const [labelX, labelY] = [(startX + 2 * bendX + endX) / 4, (startY + 2 * bendY + endY) / 4 - uy * 4];
  return [arrow, svg(page, 'text', { x: labelX, y: labelY + (ux > 0 ? 20 : -10), class: 'halo middle' }, count(served))];
}

/** A site with its name; on a map with room for it also what it has. */
export function siteMark(page: PageDocument, place: Place, { isCrowded }: SiteMap): PageElement[] {
  const { name, clients, hosts, servedAtHome, x, y, radius } = place;
  const shown = shortName(name, isCrowded);
  const about = `${name}: ${count(clients)} clients, ${count(servedAtHome)} activations at home; ${hosts.join(', ') || 'no host'}`;
  const circle = svg(
    page,
    'circle',
    { cx: x, cy: y, r: radius, class: hosts.length > 0 ? 'site' : 'site empty' },
    svg(page, 'title', {}, about),
  );
  if (isCrowded) return [circle, svg(page, 'text', outward(place), shown)];
  const under = `${count(clients)} clients, ${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}`;
  return [
    circle,
    svg(page, 'text', { x, y: y + radius + 16, class: 'halo middle strong' }, shown),
    svg(page, 'text', { x, y: y + radius + 31, class: 'halo middle small' }, under),
    svg(page, 'text', { x, y: y - radius - 7, class: 'halo middle small' }, `${count(servedAtHome)} at home`),
  ];
}

/** Where the name of a site stands that has only the room outside of the ring: turned away from the middle, never upside down. */
export function outward({ cos, sin, radius, x, y }: Place): Readonly<Record<string, string | number>> {
  const turned = (Math.atan2(sin, cos) * 180) / Math.PI;
  const flip = cos < -0.001;
  const [textX, textY] = [x + (radius + 6) * cos, y + (radius + 6) * sin];
  const transform = `rotate(${flip ? turned + 180 : turned} ${textX} ${textY})`;
  return { x: textX, y: textY + 4, class: `halo small ${flip ? 'end' : ''}`, transform };
}

export function shortName(name: string, isCrowded: boolean): string {
  const longest = isCrowded ? 14 : 22;
  return name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
}
