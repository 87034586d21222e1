/** What the page of an analysis needs beyond the style of reports, with the same colours: blue holds, orange leaves. */
export const ANALYSIS_STYLE = `
.holds h1 svg { fill: var(--below); } .leaves h1 svg { fill: var(--above); } .heavy-tail h1 svg, .undecided h1 svg { fill: var(--open); }
.why { font-size: 1.06rem; }
header .run { margin-top: 1rem; }
h3 { font-size: 1.02rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17.5rem), 1fr)); gap: 1.6rem 2rem; margin-top: 1.6rem; }
.figure-card { border-top: 2px solid var(--line); padding-top: .7rem; min-width: 0; }
.figure-card p { margin: .25rem 0 .5rem; }
.wide-card { grid-column: 1 / -1; }
.figure-card .figure-number { font-size: 1.7rem; font-weight: 650; line-height: 1.2; margin: .1rem 0 .1rem; font-variant-numeric: tabular-nums; }
.legend { color: var(--soft); font-size: .85rem; }
.legend .key { margin-right: .8em; }
.keys.signs { font-size: .88rem; color: var(--soft); margin: .6rem 0 .2rem; } .signs .key { white-space: normal; } .signs .sign { margin-right: .35em; }
.plot.steps, .plot.rows { display: grid; grid-template-columns: max-content 1fr; column-gap: .8rem; align-items: center; }
.plot .label { font-size: .85rem; color: var(--soft); white-space: nowrap; }
.measures > div { display: flex; justify-content: space-between; gap: .8rem; padding: .3rem 0; border-bottom: 1px solid var(--line); }
.measures dt { font-size: .88rem; } .measures b { color: var(--ink); font-weight: 500; }
.measures dd { font-weight: 650; white-space: nowrap; font-variant-numeric: tabular-nums; }
.plot .decides { color: var(--ink); font-weight: 700; }
.strip .tag { fill: var(--ink); font-weight: 650; font-size: 13px; }
.zone.holds { fill: var(--below); fill-opacity: .32; } .zone.leaves { fill: var(--above); fill-opacity: .32; }
.strip circle.holds { fill: var(--below); fill-opacity: 1; } .strip circle.leaves { fill: var(--above); fill-opacity: 1; } .strip circle.open { fill: var(--open); fill-opacity: 1; }
.interval { stroke-width: 5; stroke-linecap: round; stroke-opacity: .5; }
.interval.holds { stroke: var(--below); } .interval.leaves { stroke: var(--above); } .interval.open { stroke: var(--open); }
.pointer { fill: var(--ink); }
.critical { stroke: var(--ink); stroke-width: 2; }
.chosen { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 4 3; }
.note { background: var(--open-panel); border-left: 4px solid var(--open); padding: .5rem .8rem; }
.mark.holds, .mark.leaves { background: none; padding: 0; color: var(--ink); }
.mark.holds::before, .mark.leaves::before { content: ""; display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em; }
.mark.holds::before { background: var(--below); } .mark.leaves::before { background: var(--above); }

table .number { text-align: right; white-space: nowrap; }
td.number, th.number { padding-right: 1.4rem; }
.compact { width: auto; min-width: 34rem; }
.plain-words tbody th, .compact tbody th { white-space: nowrap; }
.plain-words td:last-child { min-width: 16rem; }
.shares-of-sets dd, .best-setting dd { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.shares { display: grid; grid-template-columns: max-content 1fr; column-gap: .6rem; }
.levels { display: flex; flex-direction: column; justify-content: space-between; text-align: right; font-size: 12px; line-height: 1; color: var(--soft); margin: -6px 0; font-variant-numeric: tabular-nums; }
.share { fill: var(--above); fill-opacity: .75; }
.ends { display: flex; justify-content: space-between; font-size: .85rem; color: var(--soft); margin: .3rem 0 0; padding-left: 2.9rem; }
.list { max-height: 24rem; overflow-y: auto; border-bottom: 1px solid var(--line); }
.samples thead th, .samples thead td { position: sticky; top: 0; background: var(--page); }
.samples .number { width: 1%; }
.samples td, .samples tbody th { padding-top: .16rem; padding-bottom: .16rem; }
.samples .bar { min-width: 6rem; vertical-align: middle; padding-right: 0; }
.samples .bar i { display: block; height: .65rem; min-width: 1px; background: var(--above); opacity: .75; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); gap: 1.4rem 1.4rem; }
.panels h3 { font-size: .92rem; margin: 0 0 .5rem; }
.panel .plot { padding-left: 3.6rem; padding-right: .4rem; }
.region rect { shape-rendering: crispEdges; }
.region .window { fill: var(--exact); fill-opacity: .45; } .region .excluded { fill: var(--silent); fill-opacity: .5; }
.edge { stroke-width: 2; stroke-linecap: round; } .edge.leaves { stroke: var(--above); } .edge.holds { stroke: var(--below); }
.best { fill: var(--ink); stroke: var(--page); stroke-width: 1.2; } .current { fill: none; stroke: var(--ink); stroke-width: 2; }
.key.window::before { background: var(--exact); }
.obstacle { margin: .8rem 0 1.2rem; padding: .5rem 1rem; background: var(--bad-panel); border-left: 4px solid var(--bad); font-size: 1.05rem; }
.obstacle .aside { font-size: .9rem; }
.limits { padding-left: 1.2rem; max-width: 48rem; } .limits li { margin: .4rem 0; }

@media (min-width: 40.01rem) and (max-width: 58.9rem) { .figures > :nth-child(3) { grid-column: 1 / -1; } }
@media (max-width: 40rem) {
  .figures { gap: 1.4rem; }
  td.number, th.number { padding-right: .9rem; }
  .plain-words, .compact { font-size: .88rem; }
}
@media (forced-colors: active) { .zone, .share, .window, .excluded, .edge, .bar i { forced-color-adjust: none; } }
@media print {
  .list { max-height: none; overflow: visible; }
  .region-figure { break-inside: auto; }
  .figure-card, .panel, .note, .obstacle { break-inside: avoid; }
  .zone, .share, .window, .excluded, .bar i, .mark::before { print-color-adjust: exact; }
}
`;
