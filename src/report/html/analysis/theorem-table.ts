import type { TheoremVerdict } from '../../../analysis/analyze-problem.js';
import { markup, type Content, type Markup } from '../markup.js';
import { written } from '../numbers.js';
import { withSymbols } from '../with-symbols.js';
import type { AnalysisPage } from './analysis-page.js';

/** What each theorem says of the problem; those that do not apply in a line below. */
export function theoremTable({ analysis, theorems }: AnalysisPage): Markup {
  const applying = analysis.theorems.filter(({ applies }) => applies);
  const others = analysis.theorems.filter(({ applies }) => !applies);
  const statementOf = (id: string): Content => {
    const found = theorems.find((theorem) => theorem.id === id);
    return found ? withSymbols(found.statement) : null;
  };
  return markup`<section aria-labelledby="theorems">
<h2 id="theorems" tabindex="-1">Theorems</h2>
<p>${analysis.subset ? SUBSET : summary(applying, analysis.exact.side)}</p>
${applying.length === 0 ? null : table(applying, statementOf)}
${others.length === 0 ? null : markup`<p class="aside">Hypotheses not met here: ${others.map(({ id, name }) => `${id} ${name}`).join(', ')}.</p>`}
</section>`;
}

const SUBSET = 'No theorem is asked: their thresholds need all samples.';

function table(verdicts: readonly TheoremVerdict[], statementOf: (id: string) => Content): Markup {
  return markup`<div class="scroll" role="region" aria-label="Table of theorems" tabindex="0"><table class="plain-words">
<caption class="unseen">What the theorems say of this setting</caption>
<thead><tr><th scope="col">theorem</th><th scope="col">at this η</th><th scope="col" class="number">critical step</th><th scope="col">statement</th></tr></thead>
<tbody>
${verdicts.map(
  (
    verdict,
  ) => markup`<tr><th scope="row"><span class="id">${verdict.id}</span> ${verdict.name}</th><td>${sideMark(verdict)}</td><td class="number">${threshold(verdict)}</td><td>${statementOf(verdict.id)}</td></tr>
`,
)}</tbody>
</table></div>`;
}

function summary(applying: readonly TheoremVerdict[], exact: 'diverges' | 'stable'): Content {
  const deciding = applying.filter(({ side }) => side !== 'undecided');
  if (deciding.length === 0) return 'No theorem decides this setting; the exact operator does.';
  const ids = (verdicts: readonly TheoremVerdict[]): string => verdicts.map(({ id }) => id).join(', ');
  const wrong = deciding.filter(({ side }) => side !== exact);
  if (wrong.length > 0) {
    return markup`<strong class="mark contradicted">${ids(wrong)}: not the side of the exact operator</strong>`;
  }
  return `${ids(deciding)} ${deciding.length === 1 ? 'decides' : 'decide'} this setting, on the side of the exact operator.`;
}

function sideMark({ side }: TheoremVerdict): Content {
  if (side === 'undecided') return markup`<span class="aside">–</span>`;
  return markup`<span class="mark ${side === 'stable' ? 'holds' : 'leaves'}">${side}</span>`;
}

function threshold({ etaThreshold }: TheoremVerdict): Content {
  if (etaThreshold === 0) return 'every η';
  return etaThreshold === null ? markup`<span class="aside">–</span>` : written(etaThreshold);
}
