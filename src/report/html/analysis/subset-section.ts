import { percent } from '../../number-format.js';
import { markup, type Content, type Markup } from '../markup.js';
import { grouped, written } from '../numbers.js';
import type { SubsetReport } from '../../../analysis/analyze-subset.js';
import type { AnalysisPage } from './analysis-page.js';

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
