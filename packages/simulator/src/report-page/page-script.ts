import { areaChart, lineChart, plot, ticks, timeMarks } from './charts.ts';
import { count, duration, element, noneOf, percent, shown, svg } from './elements.ts';
import { arrowTip, drawMap, flowArrow, layOutMap, mapNote, outward, shortName, siteMark, tipSize } from './site-map.ts';
import { hostTable, siteTable, table, timelineTable } from './tables.ts';
import { drawPage, eventMarks, figures, findingList, legend, loadSection, mapSection, section, statesSection } from './draw-page.ts';

const DRAWING = [shown, element, svg, count, percent, duration, noneOf, ticks, plot, timeMarks, lineChart, areaChart];
const MAP = [layOutMap, drawMap, mapNote, tipSize, arrowTip, flowArrow, siteMark, outward, shortName];
const TABLES = [table, hostTable, siteTable, timelineTable, findingList];
const PAGE = [section, figures, legend, eventMarks, mapSection, loadSection, statesSection, drawPage];

/**
 * The script of the page: functions that TypeScript has checked, as text. They refer to each other by name and to nothing else.
 */
export const PAGE_SCRIPT: string = `'use strict';
${[...DRAWING, ...MAP, ...TABLES, ...PAGE].map(String).join('\n')}
drawPage(document, JSON.parse(document.querySelector('#data').textContent));
`;
