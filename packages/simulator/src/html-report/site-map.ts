import type { SimulationReport } from '../simulation-report.ts';
import { count, svg } from './elements.ts';
import type { PageDocument, PageElement } from './page-dom.ts';

/**
 * The sites on a ring, as large as their clients are many; an arrow goes from the clients to the site whose hosts served them, as wide
 * as there were activations. Of very many arrows the widest are shown.
 */
export function siteMap(page: PageDocument, { sites, hosts }: SimulationReport, width: number): PageElement {
  const many = sites.length > 14;
  const height = sites.length <= 2 ? 220 : Math.min(560, Math.max(300, width * (many ? 1 : 0.72)));
  const [middleX, middleY] = [width / 2, height / 2];
  const longest = many ? 14 : 22;
  const short = (name: string): string => (name.length > longest ? `${name.slice(0, longest - 1)}…` : name);
  const margin = many ? 24 + 7.5 * Math.max(...sites.map(({ name }) => short(name).length)) : 84;
  const [ringX, ringY] = sites.length === 1 ? [0, 0] : [width / 2 - margin, height / 2 - (many ? margin : 76)];
  // Neighbours on the ring do not touch.
  const room = sites.length === 1 ? 30 : (Math.PI * (ringX + ringY)) / sites.length / 2 - 1;
  const largest = Math.max(1, ...sites.map(({ clients }) => clients));
  const places = sites.map(({ name, clients }, index) => {
    const angle = (index / sites.length) * 2 * Math.PI + (sites.length === 2 ? Math.PI : -Math.PI / 2);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return {
      name,
      clients,
      cos,
      sin,
      x: middleX + ringX * cos,
      y: middleY + ringY * sin,
      r: Math.max(2, Math.min(room, 5 + (many ? 9 : 25) * Math.sqrt(clients / largest))),
    };
  });
  const root = svg(page, 'svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Who is served by whom' });
  const flows = places
    .flatMap((from, here) => places.map((to) => ({ from, to, served: sites[here]?.served[to.name] ?? 0 })))
    .filter(({ from, to, served }) => served > 0 && from !== to)
    .sort((a, b) => b.served - a.served)
    .slice(0, 60);
  const most = flows[0]?.served ?? 1;
  const marker = svg(page, 'marker', {
    id: 'tip',
    viewBox: '0 0 8 8',
    refX: 7,
    refY: 4,
    markerWidth: 9,
    markerHeight: 9,
    markerUnits: 'userSpaceOnUse',
    orient: 'auto',
  });
  marker.append(svg(page, 'path', { d: 'M0,0 L8,4 L0,8 z', class: 'tip' }));
  root.append(svg(page, 'defs', {}, marker));
  for (const { from, to, served } of flows) {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = Math.hypot(dx, dy);
    const [ux, uy] = [dx / length, dy / length];
    // Bent to its right, so that two ways between two sites stay apart.
    const [bendX, bendY] = [(from.x + to.x) / 2 - uy * length * 0.16, (from.y + to.y) / 2 + ux * length * 0.16];
    const fromStart = Math.hypot(bendX - from.x, bendY - from.y);
    const [startX, startY] = [from.x + ((bendX - from.x) / fromStart) * from.r, from.y + ((bendY - from.y) / fromStart) * from.r];
    const end = to.r + 4;
    const toEnd = Math.hypot(to.x - bendX, to.y - bendY);
    const [endX, endY] = [to.x - ((to.x - bendX) / toEnd) * end, to.y - ((to.y - bendY) / toEnd) * end];
    const stroke = (1 + 7 * Math.sqrt(served / most)).toFixed(1);
    root.append(
      svg(
        page,
        'path',
        {
          d: `M${startX.toFixed(1)},${startY.toFixed(1)} Q${bendX.toFixed(1)},${bendY.toFixed(1)} ${endX.toFixed(1)},${endY.toFixed(1)}`,
          'stroke-width': stroke,
          'marker-end': 'url(#tip)',
          class: 'flow',
        },
        svg(page, 'title', {}, `${from.name} served by ${to.name}: ${count(served)} activations`),
      ),
    );
    if (sites.length <= 4) {
      const [labelX, labelY] = [(startX + 2 * bendX + endX) / 4, (startY + 2 * bendY + endY) / 4 - uy * 4];
      root.append(svg(page, 'text', { x: labelX, y: labelY + (ux > 0 ? 20 : -10), class: 'halo middle' }, count(served)));
    }
  }
  for (const place of places) {
    const own = hosts.filter(({ site }) => site === place.name);
    const served = sites.find(({ name }) => name === place.name)?.served[place.name] ?? 0;
    root.append(
      svg(
        page,
        'circle',
        { cx: place.x, cy: place.y, r: place.r, class: own.length > 0 ? 'site' : 'site empty' },
        svg(
          page,
          'title',
          {},
          `${place.name}: ${count(place.clients)} clients, ${count(served)} activations at home; ${own.map(({ name }) => name).join(', ') || 'no host'}`,
        ),
      ),
    );
    if (many) {
      const turned = (Math.atan2(place.sin, place.cos) * 180) / Math.PI;
      const flip = place.cos < -0.001;
      const [x, y] = [place.x + (place.r + 6) * place.cos, place.y + (place.r + 6) * place.sin];
      root.append(
        svg(
          page,
          'text',
          { x, y: y + 4, class: `halo small ${flip ? 'end' : ''}`, transform: `rotate(${flip ? turned + 180 : turned} ${x} ${y})` },
          short(place.name),
        ),
      );
      continue;
    }
    root.append(svg(page, 'text', { x: place.x, y: place.y + place.r + 16, class: 'halo middle strong' }, short(place.name)));
    root.append(
      svg(
        page,
        'text',
        { x: place.x, y: place.y + place.r + 31, class: 'halo middle small' },
        `${count(place.clients)} clients, ${own.length} ${own.length === 1 ? 'host' : 'hosts'}`,
      ),
    );
    root.append(svg(page, 'text', { x: place.x, y: place.y - place.r - 7, class: 'halo middle small' }, `${count(served)} at home`));
  }
  return root;
}
