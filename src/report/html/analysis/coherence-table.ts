import { markup, type Content, type Markup } from '../markup.js';
import { grouped, written } from '../numbers.js';
import type { AnalysisPage } from './analysis-page.js';

interface Row {
  readonly name: Content;
  readonly value: number | null;
  readonly meaning: Content;
}

/** The coherences along the three axes, with what each number says. */
export function coherenceTable(page: AnalysisPage): Markup {
  return markup`<section aria-labelledby="coherence">
<h2 id="coherence">Coherence</h2>
<p>How many samples pull along the same direction: 1 if all directions differ, the number of samples if all agree.</p>
<div class="scroll" role="region" aria-label="Table of coherences" tabindex="0"><table class="plain-words">
<caption class="unseen">Coherence along three axes</caption>
<thead><tr><th scope="col">coherence</th><th scope="col" class="number">value</th><th scope="col">in words</th></tr></thead>
<tbody>
${rows(page).map(
  ({
    name,
    value,
    meaning,
  }) => markup`<tr><th scope="row">${name}</th><td class="number">${written(value)}</td><td>${value === null ? 'not computed' : meaning}</td></tr>
`,
)}</tbody>
</table></div>
</section>`;
}

function rows({ analysis, setting }: AnalysisPage): Row[] {
  const { coherence, dimension } = analysis;
  const { retain, forget } = dimension.samples;
  const alike = (value: number | null, count: number, samples: string): Content =>
    value === null
      ? null
      : markup`as if ${about(value, count)} of the ${grouped(count)} ${samples} pulled along one direction`;
  const part = coherence.lambda1S > 0 ? coherence.cross / coherence.lambda1S : 0;
  const limit = coherence.kappa === null ? null : coherence.kappa / (1 + coherence.kappa);
  return [
    {
      name: 'unlearning σ',
      value: coherence.sigma,
      meaning: alike(coherence.sigma, retain + (setting.alpha > 0 ? forget : 0), 'samples of the step'),
    },
    { name: 'retain', value: coherence.retain, meaning: alike(coherence.retain, retain, 'retain samples') },
    { name: 'forget', value: coherence.forget, meaning: alike(coherence.forget, forget, 'forget samples') },
    {
      name: 'cross',
      value: coherence.cross,
      meaning: markup`retain and forget samples overlap: ${written(part)} of λ<sub>1</sub>(S) = ${written(coherence.lambda1S)}; at 0 each set moves alone`,
    },
    {
      name: 'κ',
      value: coherence.kappa,
      meaning: markup`retain cover of the forget set: above α = κ/(1+κ) = ${written(limit)} it cannot be held (U7)`,
    },
    { name: 'χ²', value: coherence.chi2, meaning: 'mean square overlap of a retain and a forget sample' },
    {
      name: 'pairwise',
      value: coherence.pair,
      meaning: 'over all pairs of a retain and a forget sample, as in the authors’ code; no theorem uses it',
    },
  ];
}

/** A coherence as a number of samples, two digits; samples of several factors may exceed their number. */
function about(value: number, count: number): Content {
  const rounded = Number(value.toPrecision(value < 100 ? 2 : 3));
  return Math.min(rounded, count) === count && value < count ? `almost all` : written(rounded);
}
