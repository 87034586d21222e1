import type { RunVerdict } from '../../harness/verdict.js';
import { backendLine, VERDICT_SENTENCES, type AgreementReport } from '../agreement.js';
import { markup, type Markup } from './markup.js';
import { grouped, written } from './numbers.js';

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
