import type { SubsetReport } from '../analysis/answer.js';
import type { TheoremVerdict } from '../analysis/analyze.js';
import type { AnalysisPage } from './analysis-page.js';
import { type Content, markup, type Markup, withSymbols } from './markup.js';
import { grouped, percent, written } from './number-format.js';

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

/** What looking at a random part of the sets leaves open; nothing where all samples were used. */
export function subsetSection({ analysis }: AnalysisPage): Markup | null {
  const { subset, coherence, mixing, exact } = analysis;
  if (!subset) return null;
  const rows: readonly (readonly [Content, keyof SubsetReport['intervals'], number])[] = [
    ['unlearning coherence σ', 'sigma', coherence.sigma],
    ['critical mixing α*', 'alphaStar', mixing.alphaStar],
    [markup`smallest eigenvalue λ<sub>min</sub>(D)`, 'lambdaMin', mixing.lambdaMin],
    ['critical step η*', 'etaStar', exact.etaStar],
  ];
  return markup`<section aria-labelledby="subset">
<h2 id="subset">A random part of the samples</h2>
<p>Computed from ${drawn(subset)} (seed ${subset.seed}). The numbers of this page are estimates from that part, unless the table says otherwise; those of all samples lie in these intervals with a confidence of ${percent(subset.confidence)}. ${SIDES[subset.side]}</p>
<div class="scroll" role="region" aria-label="Table of intervals" tabindex="0"><table class="compact">
<caption class="unseen">Intervals for all samples</caption>
<thead><tr><th scope="col">quantity</th><th scope="col" class="number">estimate</th><th scope="col" class="number">at least</th><th scope="col" class="number">at most</th></tr></thead>
<tbody>
${rows.map(([name, key, value]) => {
  const { low, high, exact } = subset.intervals[key];
  const ends = exact
    ? markup`<td class="number" colspan="2">of all samples</td>`
    : markup`<td class="number">${written(low)}</td><td class="number">${high === null ? 'unbounded' : written(high)}</td>`;
  return markup`<tr><th scope="row">${name}</th><td class="number">${written(value)}</td>${ends}</tr>
`;
})}</tbody>
</table></div>
</section>`;
}

const SIDES: Readonly<Record<SubsetReport['side'], string>> = {
  diverges: 'They leave no doubt that this setting diverges.',
  stable: 'They leave no doubt that this setting is stable.',
  undecided: 'They leave open on which side this setting is.',
};

function drawn({ samples: { retain, forget } }: SubsetReport): string {
  const parts = [
    `${grouped(retain.drawn)} of ${grouped(retain.of)} retain samples`,
    `${grouped(forget.drawn)} of ${grouped(forget.of)} forget samples`,
  ];
  return parts.join(' and ');
}

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
