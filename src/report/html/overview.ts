import type { TheoremSummary } from '../../harness/summary.js';
import { killedShare } from '../mutant-share.js';
import { percent, significant } from '../number-format.js';
import { markup, type Markup } from './markup.js';
import { STATUS_WORDS, theoremStatus } from './theorem-status.js';
import { tightnessAxis, tightnessBar } from './tightness-bar.js';
import type { LogAxis } from './log-axis.js';

/** One line a theorem. */
export function overview(theorems: readonly TheoremSummary[]): Markup {
  const axis = tightnessAxis(theorems);
  return markup`<section aria-labelledby="overview">
<h2 id="overview" class="unseen">Overview</h2>
<div class="scroll" role="region" aria-label="Overview table" tabindex="0">
<table class="overview">
<caption class="unseen">Theorems against the real unlearning step</caption>
<thead><tr><th scope="col">theorem</th><th scope="col">coverage</th><th scope="col">agreement</th><th scope="col">tightness <span class="wide">(median)</span></th><th scope="col">mutants <span class="wide">killed</span></th></tr></thead>
<tbody>
${theorems.map((summary) => row(summary, axis))}
</tbody>
</table>
</div>
<dl class="reading">
<div><dt>coverage</dt><dd>share of the instances on which the theorem says something that was tested</dd></div>
<div><dt>agreement</dt><dd>instances that agree, of those decided; beside it those left open</dd></div>
<div><dt>tightness</dt><dd>the theorem’s critical step over the exact η*: 5&nbsp;% to 95&nbsp;% of the instances, dot at the median, line at 1 (attained), logarithmic</dd></div>
<div><dt>mutants</dt><dd>planted wrong variants of the theorem that a certified instance refuted; one that survives fails the run</dd></div>
</dl>
</section>`;
}

function row(summary: TheoremSummary, axis: LogAxis): Markup {
  const { id, name, agree, contradict, inconclusive, coverage, mutants, tightness } = summary;
  const status = theoremStatus(summary);
  const mark =
    status === 'agrees' ? null : markup` <strong class="mark ${status}">${STATUS_WORDS[status]}</strong>`;
  const survived = mutants.some(({ killed }) => !killed);
  return markup`<tr><th scope="row"><a href="#${id}"><span class="id">${id}</span> ${name}</a>${mark}</th><td>${percent(coverage)}</td><td>${agree}/${agree + contradict}${inconclusive > 0 ? markup` <span class="open">${inconclusive} open</span>` : null}</td><td class="bars"><div>${tightnessBar(summary, axis)}${tightness ? markup`<span class="wide median">${significant(tightness.median)}</span>` : null}</div></td><td${survived ? markup` class="survived"` : null}>${killedShare(summary)}</td></tr>
`;
}
