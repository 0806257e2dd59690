/** The style of the page: light or dark as the system is, one column, charts and tables no wider than the window. */
export const PAGE_STYLE: string = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --ink: #1b1f24; --quiet: #59626d; --rule: #d9dee4; --accent: #0b62c4; --flow: #8a5a00; --mark: #b3261e;
  --tone-0: #0b62c4; --tone-1: #c2500a; --tone-2: #00795a; --tone-3: #a1247f; --tone-4: #7a5c00; --tone-5: #5b47c9; --tone-6: #00738c; --tone-7: #b3261e; --tone-8: #b4bcc6;
  --state-0: #2f8f5b; --state-1: #00838f; --state-2: #4f8fd6; --state-3: #d9a400; --state-4: #c8372d; --state-5: #8e3b9e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #13161a; --card: #1c2026; --ink: #e7eaee; --quiet: #a2abb6; --rule: #363d46; --accent: #74b0ff; --flow: #d9a441; --mark: #ff8a80;
    --tone-0: #74b0ff; --tone-1: #ff9d5c; --tone-2: #4ad3a6; --tone-3: #f08bd2; --tone-4: #e0c254; --tone-5: #b3a5ff; --tone-6: #58cfe6; --tone-7: #ff8a80; --tone-8: #4d5661;
    --state-0: #3aa76d; --state-1: #35b8c6; --state-2: #5c9ce6; --state-3: #e0b23a; --state-4: #e2574c; --state-5: #c27bd6;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 20px 16px 48px; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 8px; font-size: 17px; }
header p { margin: 2px 0 16px; overflow-wrap: anywhere; }
.quiet, .readout { color: var(--quiet); margin: 0 0 8px; }
.readout { margin: 8px 0 0; min-height: 3em; font-size: 13px; font-variant-numeric: tabular-nums; }
section, .figures > div { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 16px; margin: 0 0 16px; min-width: 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-bottom: 16px; }
.figures > div { margin: 0; padding: 12px 16px; }
.figures b { display: block; font-size: 22px; line-height: 1.3; font-variant-numeric: tabular-nums; }
.figures span { color: var(--quiet); font-size: 13px; }
.findings { margin: 0; padding-left: 20px; max-height: 26em; overflow-y: auto; }
.findings li, .events li { overflow-wrap: anywhere; }
.chart { overflow: hidden; } .chart svg { display: block; max-width: 100%; }
svg text { fill: var(--ink); font-size: 13px; }
svg .axis { fill: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums; }
svg .small { font-size: 12px; } svg .strong { font-weight: 600; } svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
svg .halo { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
svg .marked { fill: var(--mark); font-size: 12px; font-weight: 600; }
.grid { stroke: var(--rule); stroke-width: 1; } .mark { stroke: var(--mark); stroke-width: 1; stroke-dasharray: 3 3; } .cursor { stroke: var(--quiet); stroke-width: 1; }
.line { fill: none; stroke-width: 1.75; stroke-linejoin: round; } .line.tone-8 { stroke-width: 1; }
.flow { fill: none; stroke: var(--flow); stroke-opacity: .55; } .tip { fill: var(--flow); }
.site { fill: var(--accent); stroke: var(--card); stroke-width: 2; } .site.empty { fill: var(--card); stroke: var(--accent); }
${[0, 1, 2, 3, 4, 5, 6, 7, 8].map((tone) => `.line.tone-${tone} { stroke: var(--tone-${tone}); } i.tone-${tone} { background: var(--tone-${tone}); }`).join('\n')}
${[0, 1, 2, 3, 4, 5].map((state) => `.area.state-${state} { fill: var(--state-${state}); } i.state-${state} { background: var(--state-${state}); }`).join('\n')}
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 0; padding: 0; font-size: 13px; }
.legend i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--rule); border-radius: 6px; padding: 3px 6px; margin-bottom: 8px; max-width: 100%; }
.events { list-style: none; margin: 0; padding: 0; } .events > li { margin: 0 0 8px; } .events ul { margin: 2px 0 0; padding-left: 44px; color: var(--quiet); }
.badge { display: inline-block; min-width: 22px; padding: 0 5px; border: 1px solid var(--mark); border-radius: 11px; color: var(--mark); font-size: 12px; font-weight: 600; text-align: center; line-height: 20px; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 10px; border-bottom: 1px solid var(--rule); white-space: nowrap; } th { color: var(--quiet); font-weight: 600; }
.word { text-align: left; } .number { text-align: right; } tbody tr:last-child td { border-bottom: 0; }
@media (max-width: 560px) { main { padding: 12px 8px 32px; } section { padding: 12px; } h1 { font-size: 21px; } }
@media print { section { break-inside: avoid; } .findings { max-height: none; } }
`;
