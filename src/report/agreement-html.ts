import { createHash } from 'node:crypto';
import { BUDGETS } from '../harness/budget.js';
import type { RunVerdict } from '../harness/verdict.js';
import {
  overview,
  type Picture,
  pictureSection,
  replayedFailures,
  variantsOfExactThreshold,
} from './agreement-sections.js';
import { type AgreementReport, backendLine, VERDICT_SENTENCES, type WordedReport } from './agreement.js';
import { Markup, markup } from './markup.js';
import { grouped, written } from './number-format.js';
import { STYLE } from './page-style.js';
import { chainFigure } from './ratio-figures.js';
import { symbolList } from './symbols.js';
import { theoremSection } from './theorem-section.js';

/**
 * agreement.html: one page that needs nothing but itself. Its security policy forbids every request and every
 * script but its own. Same seed, budget, version and pictures: the same bytes.
 *
 * @param pictures maps and the picture of the calibration; those that are missing are left out.
 */
export function agreementHtml(report: WordedReport, pictures: readonly Picture[] = []): string {
  const { tool, seed, theorems, verdict } = report;
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="${securityPolicy()}"/>
<meta name="color-scheme" content="light dark"/>
<meta name="generator" content="${tool.name} ${tool.version}"/>
<title>${VERDICT_SENTENCES[verdict]} Seed ${seed} · ${tool.name}</title>
<link rel="icon" href="data:,"/>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#theorems">Skip to the theorems</a>
${reportHeader(report)}
<main>
${overview(theorems)}
${chainFigure(theorems)}
<section aria-labelledby="theorems">
<div class="heading"><h2 id="theorems" tabindex="-1">Theorems</h2><div class="buttons" hidden=""><button type="button" name="open">Open all</button> <button type="button" name="close">Close all</button></div></div>
${symbolList()}
${theorems.map(theoremSection)}
</section>
${variantsOfExactThreshold(report.exactThreshold)}
${replayedFailures(report.corpus)}
${pictureSection(pictures)}
</main>
${reportFooter(report)}
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
}

/** Nothing is loaded from anywhere; pictures are part of the page. */
function securityPolicy(): string {
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  return `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

/** A mark beside the verdict: tick, cross, question mark, pause. */
const MARKS: Readonly<Record<RunVerdict, string>> = {
  agree: 'M5 12.5l4.5 4.5L19 7.5',
  contradicted: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  inconclusive: 'M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18v.2',
  interrupted: 'M9 7v10M15 7v10',
};

/** The first lines: verdict and reasons, seed, version, error budget. */
export function reportHeader(report: AgreementReport): Markup {
  const { verdict, reasons, tool, seed, budget, errorBudget, theorems } = report;
  const instances = theorems.reduce((sum, summary) => sum + summary.instances, 0);
  const commit =
    tool.commit === null ? null : markup` <span class="aside">(commit ${tool.commit.slice(0, 12)})</span>`;
  return markup`<header class="${verdict}">
<p class="kicker">${tool.name} · agreement report</p>
<h1><svg viewBox="0 0 24 24" width="1em" height="1em" aria-hidden="true"><circle cx="12" cy="12" r="12"/><path d="${MARKS[verdict]}"/></svg> <span>${VERDICT_SENTENCES[verdict]}</span></h1>
${reasons.length === 0 ? null : markup`<ul class="reasons">${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>`}
<dl class="run">
<div><dt>seed</dt><dd>${seed}</dd></div>
<div><dt>version</dt><dd>${tool.version}${commit}</dd></div>
<div><dt>budget</dt><dd>${budget.name}</dd></div>
<div><dt>instances</dt><dd>${grouped(instances)} <span class="aside">(${theorems.length} theorems × ${budget.instances})</span></dd></div>
</dl>
<p class="error-budget"><b>Error budget ${written(errorBudget.family)}.</b> The probability that even one of the ${grouped(errorBudget.issued)} certificates this run issued names the wrong side is at most ${written(errorBudget.spent)}; the bound is computed, not estimated.</p>
${backendLine(report).map((line) => markup`<p class="aside">${line}.</p>`)}
</header>`;
}

/** How to get this report again. */
export function reportFooter({ tool, seed, budget, theorems }: AgreementReport): Markup {
  const command = [
    `${tool.name} verify --seed ${seed} --budget ${budget.name}`,
    ...(budget.instances === BUDGETS[budget.name].instances ? [] : [`--runs ${budget.instances}`]),
    `--theorem ${theorems.map(({ id }) => id).join(' ')}`,
  ];
  return markup`<footer>
<p>The same version, seed and budget give the same report, byte by byte:</p>
<pre class="command" tabindex="0">${command.join(' ')}</pre>
<p>All numbers of this page are in agreement.json beside it.</p>
</footer>`;
}

/** The only script of the report; without it everything can be read as well. Opens all, closes all, opens what a link names, and opens for print. */
export const SCRIPT = `(() => {
  const all = [...document.querySelectorAll('details:not(.data)')];
  const setAll = (open) => all.forEach((one) => (one.open = open));
  const buttons = document.querySelector('.buttons');
  buttons.hidden = false;
  buttons.addEventListener('click', ({ target }) => target.name && setAll(target.name === 'open'));
  const follow = () => {
    const linked = document.getElementById(location.hash.slice(1));
    const folded = linked && linked.closest('details');
    if (folded && !folded.open) { folded.open = true; linked.scrollIntoView(); }
  };
  addEventListener('hashchange', follow);
  follow();
  let before = null;
  addEventListener('beforeprint', () => { before = all.map((one) => one.open); setAll(true); });
  addEventListener('afterprint', () => { before?.forEach((open, k) => (all[k].open = open)); before = null; });
})();`;
