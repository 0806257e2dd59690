import { ticks } from '../report-page/charts.ts';
import { legend, section } from '../report-page/draw-page.ts';
import { count, duration, element, noneOf, percent, shown, svg } from '../report-page/elements.ts';
import { table } from '../report-page/tables.ts';
import { placesOn, scaleOf, sizesOf } from './axis-scale.ts';
import { cellText, figureText } from './cell-text.ts';
import { axisChoice, chartSection, drawSweepPage, seedTable, variantTable } from './draw-sweep-page.ts';
import { estateChart, figureCharts, hostChart, movement, movingCharts, stillFigures } from './figure-charts.ts';
import { knobChart, knobLine, knobPlot } from './knob-chart.ts';

const DRAWING = [shown, element, svg, count, percent, duration, noneOf, ticks, table, section, legend];
const CHARTS = [placesOn, sizesOf, scaleOf, cellText, figureText, knobChart, knobPlot, knobLine];
const FIGURES = [figureCharts, estateChart, hostChart, movement, movingCharts, stillFigures];
const PAGE = [axisChoice, chartSection, variantTable, seedTable, drawSweepPage];

/** The script of the page: functions that TypeScript has checked, as text. They refer to each other by name and to nothing else. */
export const SWEEP_SCRIPT: string = `'use strict';
${[...DRAWING, ...CHARTS, ...FIGURES, ...PAGE].map(String).join('\n')}
drawSweepPage(document, JSON.parse(document.querySelector('#data').textContent));
`;
