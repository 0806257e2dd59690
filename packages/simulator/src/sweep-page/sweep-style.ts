/** What the page of a sweep has beside that of one simulation: small charts beside each other. */
export const SWEEP_STYLE: string = `
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 16px; margin-bottom: 16px; }
.charts section { margin: 0; } .charts .readout { min-height: 1.5em; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 24px; } .controls select { margin: 0; } .hidden { display: none; }
.line.law { stroke-dasharray: 5 4; stroke-width: 1.25; stroke-opacity: .8; } .band { fill-opacity: .18; } .line.reach { stroke-opacity: .4; }
${[0, 1, 2, 3, 4, 5, 6, 7].map((tone) => `.dot.tone-${tone}, .band.tone-${tone} { fill: var(--tone-${tone}); }`).join('\n')}
`;
