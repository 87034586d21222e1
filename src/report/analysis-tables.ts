import type { DrawnSamples, SubsetReport, TheoremVerdict } from '../analysis/answer.js';
import type { AnalysisPage } from './analysis-page.js';
import { alarm, type Content, markup, type Markup, withSymbols } from './markup.js';
import { grouped, percent, written } from './number-format.js';
import { section } from './page.js';
import { isPlainStep } from './procedure-text.js';
import { Cell, htmlTable, numeric, scrollable } from './table.js';

/** The coherences along the three axes, with what each number says. */
export function coherenceTable(page: AnalysisPage): Markup {
  const rows = coherences(page).map(([name, value, meaning]) => [
    name,
    written(value),
    value === null ? 'not computed' : meaning,
  ]);
  const table = htmlTable(['coherence', numeric('value'), 'in words'], rows, {
    caption: 'Coherence along three axes',
    unseen: true,
    className: 'plain-words',
  });
  return section(
    'coherence',
    'Coherence',
    markup`<p>How many samples pull along the same direction: 1 if all directions differ, the number of samples if all agree.</p>
${scrollable('Table of coherences', table)}`,
  );
}

/** Name, value and meaning of each coherence. */
function coherences({ analysis, setting }: AnalysisPage): [string, number | null, Content][] {
  const { coherence, dimension } = analysis;
  const { retain, forget } = dimension.samples;
  const alike = (value: number | null, count: number, samples: string): Content =>
    value === null
      ? null
      : markup`as if ${about(value, count)} of the ${grouped(count)} ${samples} pulled along one direction`;
  const part = coherence.lambda1S > 0 ? coherence.cross / coherence.lambda1S : 0;
  const limit = coherence.kappa === null ? null : coherence.kappa / (1 + coherence.kappa);
  const inStep = retain + (setting.alpha > 0 ? forget : 0);
  return [
    ['unlearning σ', coherence.sigma, alike(coherence.sigma, inStep, 'samples of the step')],
    ['retain', coherence.retain, alike(coherence.retain, retain, 'retain samples')],
    ['forget', coherence.forget, alike(coherence.forget, forget, 'forget samples')],
    [
      'c of the retain set',
      coherence.alignedRetain,
      coherence.fullBatchShare === null
        ? null
        : markup`strongest samples along one direction: batches of ${grouped(setting.batch.retain)} leave at least ${percent(coherence.fullBatchShare)} of the step sizes of full batches`,
    ],
    [
      'c of the forget set',
      coherence.alignedForget,
      coherence.alignedForget === null
        ? null
        : markup`strongest samples along one direction: together they pull ${percent(Math.min(1, coherence.alignedForget / forget))} as hard as the strongest alone`,
    ],
    [
      'cross',
      coherence.cross,
      markup`retain and forget samples overlap: ${written(part)} of λ<sub>1</sub>(S) = ${written(coherence.lambda1S)}; at 0 each set moves alone`,
    ],
    [
      'κ',
      coherence.kappa,
      isPlainStep(analysis.procedure)
        ? markup`retain cover of the forget set: above α = κ/(1+κ) = ${written(limit)} it cannot be held (U7)`
        : 'retain cover of the forget set',
    ],
    ['χ²', coherence.chi2, 'mean square overlap of a retain and a forget sample'],
    [
      'pairwise',
      coherence.pair,
      'over all pairs of a retain and a forget sample, as in the authors’ code; no theorem uses it',
    ],
  ];
}

/** A coherence as a number of samples, two digits; samples of several factors may exceed their number. */
function about(value: number, count: number): Content {
  const rounded = Number(value.toPrecision(value < 100 ? 2 : 3));
  return Math.min(rounded, count) === count && value < count ? `almost all` : written(rounded);
}

/** Intervals of an analysis of a random part of the sets; nothing where all samples were used. */
export function subsetSection({ analysis }: AnalysisPage): Markup | null {
  const { subset, coherence, mixing, exact } = analysis;
  if (!subset) return null;
  const quantities: readonly (readonly [Content, keyof SubsetReport['intervals'], number])[] = [
    ['unlearning coherence σ', 'sigma', coherence.sigma],
    ['critical mixing α*', 'alphaStar', mixing.alphaStar],
    [markup`smallest eigenvalue λ<sub>min</sub>(D)`, 'lambdaMin', mixing.lambdaMin],
    ['critical step η*', 'etaStar', exact.etaStar],
  ];
  const rows = quantities.map(([name, key, value]) => {
    const { low, high, exact } = subset.intervals[key];
    const ends = exact
      ? [new Cell('of all samples', 'number', 2)]
      : [written(low), high === null ? 'unbounded' : written(high)];
    return [name, written(value), ...ends];
  });
  const header = ['quantity', numeric('estimate'), numeric('at least'), numeric('at most')];
  const table = htmlTable(header, rows, {
    caption: 'Intervals for all samples',
    unseen: true,
    className: 'compact',
  });
  return section(
    'subset',
    'A random part of the samples',
    markup`<p>Computed from ${drawn(subset)} (seed ${subset.seed}). The numbers of this page are estimates from that part, unless the table says otherwise; those of all samples lie in these intervals with a confidence of ${percent(subset.confidence)}. ${SIDES[subset.side]}${subset.certainEtaStar === null ? null : markup` Certain, whichever samples were not drawn: η* ≥ ${written(subset.certainEtaStar)}.`}</p>
${scrollable('Table of intervals', table)}`,
  );
}

const SIDES: Readonly<Record<SubsetReport['side'], string>> = {
  diverges: 'They leave no doubt that this setting diverges.',
  stable: 'They leave no doubt that this setting is stable.',
  undecided: 'They leave open on which side this setting is.',
};

function drawn({ samples: { retain, forget } }: SubsetReport): string {
  const share = ({ of, drawn, thinned }: DrawnSamples, name: string): string =>
    `${grouped(drawn)} of ${grouped(of)} ${name} samples${thinned ? ' (thinned out beforehand; of a sample larger than all that are left nothing is known)' : ''}`;
  return `${share(retain, 'retain')} and ${share(forget, 'forget')}`;
}

/** Sides and critical steps of the theorems that apply; those that do not in a line below. */
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
${others.length === 0 ? null : markup`<p class="aside">${isPlainStep(analysis.procedure) ? 'Hypotheses not met here' : 'Not applicable here: about another procedure, or hypotheses not met'}: ${others.map(({ id, name }) => `${id} ${name}`).join(', ')}.</p>`}
</section>`;
}

const SUBSET = 'No theorem is asked: their thresholds need all samples.';

function table(verdicts: readonly TheoremVerdict[], statementOf: (id: string) => Content): Markup {
  const rows = verdicts.map((verdict) => [
    markup`<span class="id">${verdict.id}</span> ${verdict.name}`,
    sideMark(verdict),
    threshold(verdict),
    statementOf(verdict.id),
  ]);
  const header = ['theorem', 'at this η', numeric('critical step'), 'statement'];
  const style = {
    caption: 'What the theorems say of this setting',
    unseen: true,
    className: 'plain-words',
  };
  return scrollable('Table of theorems', htmlTable(header, rows, style));
}

function summary(applying: readonly TheoremVerdict[], exact: 'diverges' | 'stable'): Content {
  const deciding = applying.filter(({ side }) => side !== 'undecided');
  if (deciding.length === 0) return 'No theorem decides this setting; the exact operator does.';
  const ids = (verdicts: readonly TheoremVerdict[]): string => verdicts.map(({ id }) => id).join(', ');
  const wrong = deciding.filter(({ side }) => side !== exact);
  if (wrong.length > 0) {
    return alarm(`${ids(wrong)}: not the side of the exact operator`);
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
