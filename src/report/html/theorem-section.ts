import type { TheoremSummary } from '../../harness/summary.js';
import { killedShare } from '../mutant-share.js';
import { percent } from '../number-format.js';
import { testedAs } from '../tested-as.js';
import { confusionTable } from './confusion-table.js';
import { counterexampleSection } from './counterexample-section.js';
import { formula } from './formula.js';
import { marginText } from './margin-text.js';
import { markup, type Markup } from './markup.js';
import { mutantTable } from './mutant-table.js';
import { outcomeBar } from './outcome-bar.js';
import { ratioFigure } from './ratio-figure.js';
import { grouped } from './numbers.js';
import { withSymbols } from './with-symbols.js';
import { STATUS_WORDS, theoremStatus } from './theorem-status.js';

/** Everything of one theorem, to unfold. The link to it is inside, so that following it unfolds. */
export function theoremSection(summary: TheoremSummary): Markup {
  const { id, name, agree, contradict, coverage } = summary;
  const status = theoremStatus(summary);
  return markup`<details class="theorem ${status}"${status === 'agrees' ? null : markup` open`}>
<summary><h3><span class="id">${id}</span> ${name}</h3> <span class="brief"><span class="mark ${status}">${STATUS_WORDS[status]}</span> ${agree}/${agree + contradict} <span class="wide">· coverage ${percent(coverage)} · mutants ${killedShare(summary)}</span></span></summary>
<div class="body" id="${id}">
${statement(summary)}
${test(summary)}
${counterexampleSection(summary)}
<h4>Smallest margin</h4>
${marginText(summary)}
<h4>Wrong variants</h4>
${mutantTable(summary)}
</div>
</details>
`;
}

function statement(summary: TheoremSummary): Markup {
  const { id, hypotheses, proof, source } = summary;
  return markup`<h4>Statement</h4>
<div class="formula" role="group" aria-label="Statement of ${id}" tabindex="0">${formula(summary.formula, 'block')}</div>
<p class="words">${withSymbols(summary.statement)}</p>
<dl class="facts">
<div><dt>hypotheses</dt><dd>${hypotheses.length === 1 ? withSymbols(hypotheses[0]!) : markup`<ul>${hypotheses.map((hypothesis) => markup`<li>${withSymbols(hypothesis)}</li>`)}</ul>`}</dd></div>
<div><dt>why</dt><dd>${withSymbols(proof)}</dd></div>
<div><dt>source</dt><dd>${source}</dd></div>
</dl>`;
}

function test(summary: TheoremSummary): Markup {
  const { conflicts, disagreementUpperBound } = summary;
  const { value, confidence } = disagreementUpperBound;
  return markup`<h4>Test</h4>
<dl class="facts">
<div><dt>tested as</dt><dd>${testedAs(summary)}</dd></div>
<div><dt>draws</dt><dd>${draws(summary)}</dd></div>
<div><dt>drawn</dt><dd>${withSymbols(summary.drawing)}</dd></div>
<div><dt>disagreement</dt><dd>at most ${percent(value)} of such draws (upper confidence bound, ${percent(confidence)})</dd></div>
</dl>
${outcomeBar(summary)}
${conflicts.length === 0 ? null : markup`<ul class="conflicts">${conflicts.map(({ instance, conflict }) => markup`<li>instance ${instance}: ${conflict}</li>`)}</ul>`}
${confusionTable(summary)}
${ratioFigure(summary)}`;
}

function draws({ instances, witnesses, sampledSteps, certificates }: TheoremSummary): string {
  const stored = witnesses === 0 ? '' : `${witnesses} stored ones, on which wrong variants fail, then `;
  const costs = [
    ...(sampledSteps > 0 ? [`${grouped(sampledSteps)} samples`] : []),
    ...(certificates > 0 ? [`${grouped(certificates)} certificates`] : []),
  ];
  const cost = costs.length > 0 ? ` ${costs.join(' and ')} in all.` : '';
  return `${grouped(instances)} instances: ${stored}${grouped(instances - witnesses)} random ones from the seed.${cost}`;
}
