/** The style of the report: light and dark, narrow and wide, screen and paper. Colours after Okabe and Ito, told apart without red and green. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fff; --panel: #f5f7f9; --line: #d8dee5; --ink: #171b20; --soft: #55606c; --link: #0a58a8;
  --below: #0072b2; --above: #c25400; --exact: #00795a; --allowed: rgb(0 114 178 / .09); --one: #171b20;
  --good: #00694c; --good-panel: #e3f4ed; --bad: #a3161a; --bad-panel: #fdebe9; --open: #7a5200; --open-panel: #fdf3d9;
  --silent: #c6cdd6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #13171c; --panel: #1b2128; --line: #39424d; --ink: #e8ecf0; --soft: #aab4bf; --link: #85c1ff;
    --below: #56b4e9; --above: #f0a04b; --exact: #4fd1a5; --allowed: rgb(86 180 233 / .13); --one: #e8ecf0;
    --good: #63d8ae; --good-panel: #11332a; --bad: #ffa79c; --bad-panel: #47201f; --open: #f3cd6b; --open-panel: #3a2f12;
    --silent: #4b5662;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; }
h2 { font-size: 1.3rem; margin: 2.2rem 0 .6rem; }
h4 { font-size: .95rem; margin: 1.4rem 0 .4rem; color: var(--soft); }
p { margin: .5rem 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999rem; background: var(--page); padding: .5rem 1rem; z-index: 1; }
.skip:focus { left: .5rem; top: .5rem; }

header { padding-top: 1.1rem; }
.kicker { margin: 0 0 .2rem; color: var(--soft); font-size: .9rem; }
sup, sub { font-size: .72em; line-height: 0; }
h1 { display: flex; gap: .6rem; align-items: flex-start; font-size: clamp(1.3rem, 4vw, 1.8rem); }
h1 svg { flex: none; margin-top: .12em; fill: var(--good); }
h1 path { fill: none; stroke: var(--page); stroke-width: 2.6; stroke-linecap: round; stroke-linejoin: round; }
.contradicted h1 svg { fill: var(--bad); }
.inconclusive h1 svg, .interrupted h1 svg { fill: var(--open); }
.reasons, .conflicts { margin: .8rem 0; padding: .6rem 1rem .6rem 2rem; background: var(--open-panel); border-left: 4px solid var(--open); }
.contradicted .reasons { background: var(--bad-panel); border-color: var(--bad); }
dl { margin: 0; }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; }
.run { display: flex; flex-wrap: wrap; gap: .3rem 2.2rem; margin: .7rem 0 .5rem; }
header > p { margin: .3rem 0; }
.run dd { font-weight: 600; }
.aside { font-weight: 400; color: var(--soft); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.overview { margin-top: .9rem; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .93rem; }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding: .2rem 0 .4rem; }
th, td { text-align: left; padding: .32rem .7rem .32rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--soft); font-weight: 500; font-size: .85rem; vertical-align: bottom; }
tbody th { font-weight: 400; }
.overview td, .overview tbody th { vertical-align: middle; white-space: nowrap; padding-top: .2rem; padding-bottom: .2rem; line-height: 1.35; }
.overview tbody th { white-space: normal; }
.overview tbody .procedure { padding-top: .7rem; color: var(--soft); font-size: .85rem; }
h3.procedure { margin: 1.2rem 0 .4rem; color: var(--soft); }
.overview th a { text-decoration: none; }
.overview th a:hover { text-decoration: underline; }
.overview .bars { width: 30%; min-width: 6rem; }
.overview .bars div { display: flex; align-items: center; }
.overview .bars svg { flex: 1; width: 0; min-width: 3rem; }
.overview .median, .boundaries .median { flex: none; width: 3.6em; padding-left: .7rem; color: var(--soft); }
.id { display: inline-block; min-width: 2.4em; font-weight: 650; }
.open, .none { color: var(--soft); }
.survived { color: var(--bad); font-weight: 700; }
.mark { font-size: .82rem; font-weight: 650; padding: .05rem .5rem; border-radius: 1rem; background: var(--good-panel); color: var(--good); white-space: nowrap; }
.mark.contradicted { background: var(--bad-panel); color: var(--bad); }
.mark.doubtful, .mark.untested { background: var(--open-panel); color: var(--open); }
.reading { margin-top: .8rem; font-size: .85rem; color: var(--soft); columns: 2 22rem; column-gap: 2rem; }
.reading div { break-inside: avoid; }
.reading dt { display: inline; font-weight: 650; font-size: inherit; }
.reading dt::after { content: ": "; }
.reading dd { display: inline; }

.strip { display: block; overflow: visible; font-size: 12px; }
.strip text { fill: var(--soft); font-variant-numeric: tabular-nums; }
.allowed { fill: var(--allowed); }
.one { stroke: var(--one); stroke-width: 1.5; }
.grid, .frame { stroke: var(--line); stroke-width: 1; fill: none; }
.tick { stroke: var(--soft); }
.strip circle { fill-opacity: .6; }
.below circle { fill: var(--below); } .above circle { fill: var(--above); } .exact circle { fill: var(--exact); }
.strip.bar circle { fill-opacity: 1; stroke: var(--page); stroke-width: 1.5; }
.range { stroke-width: 5; stroke-linecap: round; stroke-opacity: .45; }
.below .range { stroke: var(--below); } .above .range { stroke: var(--above); } .exact .range { stroke: var(--exact); }
figure { margin: 1rem 0; }
figcaption { color: var(--soft); font-size: .88rem; margin-top: .3rem; }
.chain { display: grid; grid-template-columns: 2.6rem 1fr; align-items: center; }
.boundaries { display: grid; grid-template-columns: max-content 1fr max-content; column-gap: .8rem; align-items: center; }
.chain .label { font-weight: 650; font-size: .9rem; }
.key { white-space: nowrap; }
.key::before { content: ""; display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .35em; background: var(--silent); }
.key.below::before { background: var(--below); } .key.above::before { background: var(--above); } .key.exact::before, .key.agree::before { background: var(--exact); }
.key.contradict::before { background: var(--bad); } .key.open::before { background: var(--open); } .key.open { color: inherit; }
.outcome { margin: .9rem 0 .4rem; }
.outcome .agree { fill: var(--exact); } .outcome .contradict { fill: var(--bad); } .outcome .open { fill: var(--open); } .outcome .unclaimed { fill: var(--silent); }
.keys { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.3rem; margin: 0 0 1rem; padding: 0; font-size: .9rem; }

.heading { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; justify-content: space-between; }
button { font: inherit; font-size: .88rem; color: var(--ink); background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; padding: .25rem .7rem; cursor: pointer; min-height: 2rem; }
details.theorem, details.symbols { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; background: var(--page); }
summary { cursor: pointer; padding: .5rem .8rem; }
.theorem > summary, .symbols > summary { display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline; list-style: none; background: var(--panel); border-radius: .45rem; }
.theorem > summary::before, .symbols > summary::before { content: "▸"; color: var(--soft); align-self: center; }
.theorem[open] > summary::before, .symbols[open] > summary::before { content: "▾"; }
summary::-webkit-details-marker { display: none; }
summary h3 { font-size: 1.02rem; flex: 1 1 auto; }
.brief { font-size: .88rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.body, .symbols > dl, .symbols > p { padding: 0 1rem 1rem; }
.body { scroll-margin-top: 4rem; }
.theorem.contradicted { border-color: var(--bad); }
.formula { overflow-x: auto; overflow-y: hidden; padding: .5rem 0; font-size: 1.12rem; }
math { font-family: "Latin Modern Math", "STIX Two Math", "STIX Two", "Cambria Math", "Libertinus Math", "DejaVu Math TeX Gyre", math; }
math[display="block"] { margin: 0; }
summary .id { min-width: 0; margin-right: .3em; }
.words { color: var(--soft); font-size: .9rem; margin-top: 0; }
.facts > div { display: grid; grid-template-columns: 8rem 1fr; gap: .2rem 1rem; padding: .25rem 0; }
.facts dt { padding-top: .1rem; }
.symbols .facts > div { grid-template-columns: 15rem 1fr; }
.symbols dt { color: var(--ink); font-size: 1rem; }
.facts ul { margin: 0; padding-left: 1.1rem; }
.confusion { width: auto; }
.confusion thead td { border-bottom: 1px solid var(--line); }
.confusion td, .confusion thead th { padding: .35rem .9rem; text-align: right; }
.confusion b { color: var(--ink); font-weight: 650; }
.confusion tbody th { color: var(--soft); font-size: .85rem; }
.confusion small { display: block; font-size: .78rem; }
.confusion .agree { background: var(--good-panel); color: var(--good); }
.confusion .contradict { background: var(--bad-panel); color: var(--bad); font-weight: 700; }
.confusion .open { background: var(--open-panel); color: var(--open); }
.confusion .zero { color: var(--soft); }
.nearest { border-left: 3px solid var(--line); padding-left: .8rem; }
details.data summary { padding: .3rem 0; color: var(--link); }
pre { overflow-x: auto; margin: .3rem 0; padding: .6rem .8rem; background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; font: .85rem/1.45 ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: normal; }
pre.command { white-space: pre-wrap; }
.counterexample { margin: 1rem 0; padding: .1rem 1rem .8rem; background: var(--bad-panel); border-left: 4px solid var(--bad); }
.picture h3 { font-size: 1.02rem; }
.picture img { display: block; min-width: 40rem; max-width: 100%; height: auto; background: #fff; border-radius: .4rem; }
footer { margin-top: 2.5rem; padding-bottom: 2rem; color: var(--soft); font-size: .9rem; }
footer::before { content: ""; display: block; border-top: 1px solid var(--line); margin-bottom: 1rem; }

@media (max-width: 40rem) {
  body { font-size: 15px; }
  header, main, footer { padding-left: .9rem; padding-right: .9rem; }
  .wide { display: none; }
  .overview { font-size: .78rem; }
  .overview .id { display: block; }
  .overview thead th { font-size: .7rem; }
  .overview th, .overview td { padding-right: .35rem; }
  .overview .bars { width: 24%; min-width: 3.3rem; }
  .overview .open { display: block; }
  .facts > div, .symbols .facts > div { grid-template-columns: 1fr; }
  .body { padding: 0 .7rem .7rem; }
  .formula { font-size: .8125rem; }
  .confusion { font-size: .85rem; }
  .confusion td, .confusion thead th { padding: .3rem .35rem; }
  .confusion thead th, .confusion tbody th { font-size: .74rem; }
}
@media (forced-colors: active) { .strip circle, .outcome rect, .range { forced-color-adjust: none; } }
@media print {
  :root { color-scheme: light; --page: #fff; --panel: #fff; --line: #c8ced6; --ink: #000; --soft: #444; --link: #000;
    --below: #0072b2; --above: #c25400; --exact: #00795a; --allowed: rgb(0 114 178 / .09); --one: #000;
    --good: #00694c; --good-panel: #fff; --bad: #a3161a; --bad-panel: #fff; --open: #7a5200; --open-panel: #fff; --silent: #c6cdd6; }
  body { font-size: 10.5pt; }
  header, main, footer { max-width: none; padding: 0; }
  .skip, .buttons, details.data { display: none; }
  details::details-content { content-visibility: visible; display: block; }
  .theorem, .theorem > summary { border: 0; padding-left: 0; }
  .theorem > summary { border-bottom: 1.5pt solid var(--ink); border-radius: 0; }
  .theorem > summary::before, .symbols > summary::before { content: none; }
  .body, .symbols > dl, .symbols > p { padding-left: 0; padding-right: 0; }
  .scroll, .formula, pre { overflow: visible; }
  pre { white-space: pre-wrap; }
  .picture img { min-width: 0; }
  figure, tr, .mutants, .confusion, h2, h3, summary, .formula { break-inside: avoid; }
  h2, h3, h4, summary, caption { break-after: avoid; }
  .strip, .mark, .key::before, .confusion td { print-color-adjust: exact; }
}
`;

/** The style of the page of an analysis beyond that of reports, with the same colours: blue holds, orange leaves. */
export const ANALYSIS_STYLE = `
.holds h1 svg { fill: var(--below); } .leaves h1 svg { fill: var(--above); } .heavy-tail h1 svg, .undecided h1 svg, .imprecise h1 svg, .marginal h1 svg { fill: var(--open); }
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
