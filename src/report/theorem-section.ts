import temml from 'temml';
import { samplingName } from '../harness/instance.js';
import type { MutantSummary, TheoremSummary } from '../harness/summary.js';
import { hypothesisInWords, MARGIN_ROUNDING } from '../harness/theorem.js';
import type { ProblemSpec } from '../theory/problem.js';
import { instanceText, refutedShare, STATUS_WORDS, theoremStatus, type WordedSummary } from './agreement.js';
import { drawClassTable } from './draw-table.js';
import { alarm, bullets, type Content, markup, Markup, withSymbols } from './markup.js';
import { grouped, percent, written } from './number-format.js';
import { ratioFigure } from './ratio-figures.js';
import { Cell, factList, htmlTable, scrollable } from './table.js';

/** Everything of one theorem, to unfold. The link to it is inside, so that following it unfolds. */
export function theoremSection(summary: WordedSummary): Markup {
  const { id, name, agree, contradict, coverage } = summary;
  const status = theoremStatus(summary);
  return markup`<details class="theorem ${status}"${status === 'agrees' ? null : markup` open`}>
<summary><h3><span class="id">${id}</span> ${name}</h3> <span class="brief"><span class="mark ${status}">${STATUS_WORDS[status]}</span> ${agree}/${agree + contradict} <span class="wide">· coverage ${percent(coverage)} · mutants ${refutedShare(summary)}</span></span></summary>
<div class="body" id="${id}">
${statement(summary)}
${test(summary)}
${counterexampleSection(summary)}
<h4>Smallest margin</h4>
${marginText(summary)}
<h4>Wrong variants</h4>
${mutantTable(summary)}
${drawClassTable(summary)}</div>
</details>
`;
}

function statement(summary: TheoremSummary): Markup {
  const { id, hypothesisUses, proof, source } = summary;
  const hypotheses = hypothesisUses.map((use) => withSymbols(hypothesisInWords(use)));
  return markup`<h4>Statement</h4>
<div class="formula" role="group" aria-label="Statement of ${id}" tabindex="0">${formula(summary.formula, 'block')}</div>
<p class="words">${withSymbols(summary.statement)}</p>
${factList('facts', [
  ['hypotheses', hypotheses.length === 1 ? hypotheses[0]! : bullets(hypotheses)],
  ['why', withSymbols(proof)],
  ['source', source],
])}`;
}

function test(summary: WordedSummary): Markup {
  const { conflicts, disagreementUpperBound } = summary;
  const { value, confidence } = disagreementUpperBound;
  return markup`<h4>Test</h4>
${factList('facts', [
  ['tested as', summary.words.testedAs],
  ['draws', draws(summary)],
  ['drawn', withSymbols(summary.drawing)],
  [
    'disagreement',
    `at most ${percent(value)} of such draws (upper confidence bound, ${percent(confidence)})`,
  ],
])}
${outcomeBar(summary)}
${
  conflicts.length === 0
    ? null
    : bullets(
        conflicts.map(({ instance, conflict }) => `instance ${instance}: ${conflict}`),
        'conflicts',
      )
}
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

/** Outcomes of the instances of a theorem: a bar in shares, and the numbers in words. */
function outcomeBar({ instances, agree, contradict, inconclusive }: TheoremSummary): Markup {
  const parts = [
    { name: 'agree', words: 'agree', count: agree },
    { name: 'contradict', words: 'contradict', count: contradict },
    { name: 'open', words: 'inconclusive', count: inconclusive },
    {
      name: 'unclaimed',
      words: 'without a claim to test',
      count: instances - agree - contradict - inconclusive,
    },
  ];
  let from = 0;
  const segments = parts.map(({ name, count }) => {
    const width = instances === 0 ? 0 : (100 * count) / instances;
    const segment = markup`<rect class="${name}" x="${from.toFixed(2)}%" width="${width.toFixed(2)}%" height="12"/>`;
    from += width;
    return count === 0 ? null : segment;
  });
  return markup`<svg class="strip outcome" width="100%" height="12" aria-hidden="true">${segments}</svg>
<ul class="keys">${parts.map(({ name, words, count }) => markup`<li><span class="key ${name}">${count} ${words}</span></li>`)}</ul>`;
}

const PREDICTED = ['diverges', 'stable', 'undecided'] as const;
const OBSERVED = ['diverges', 'stable', 'inconclusive'] as const;

/** Predicted against observed sides; nothing where no side is observed. */
function confusionTable({ id, kind, confusion }: TheoremSummary): Markup | null {
  if (!confusion) return null;
  const header = OBSERVED.map((side) => markup`<span class="wide">observed</span> <b>${side}</b>`);
  const rows = PREDICTED.map((predicted) => [
    markup`<span class="wide">predicted</span> <b>${predicted}</b>`,
    ...OBSERVED.map((observed) => {
      const count = confusion[predicted][observed];
      const meaning = kind === 'side' ? meaningOf(predicted, observed) : null;
      const words = meaning && count > 0 ? markup` <small>${WORDS[meaning]}</small>` : null;
      return new Cell([count, words], count === 0 ? 'zero' : (meaning ?? 'plain'));
    }),
  ]);
  const table = htmlTable([null, ...header], rows, {
    caption: 'Predicted side (rows) against observed side (columns), numbers of instances',
    className: 'confusion',
  });
  return scrollable(`Sides of ${id}`, markup`\n${table}\n`);
}

type Meaning = 'agree' | 'contradict' | 'open' | 'unclaimed';

const WORDS: Readonly<Record<Meaning, string>> = {
  agree: 'agree',
  contradict: 'contradict',
  open: 'open',
  unclaimed: 'no claim',
};

function meaningOf(predicted: (typeof PREDICTED)[number], observed: (typeof OBSERVED)[number]): Meaning {
  if (predicted === 'undecided') return 'unclaimed';
  if (observed === 'inconclusive') return 'open';
  return predicted === observed ? 'agree' : 'contradict';
}

/** Smallest contradiction found, and the command that repeats it. */
function counterexampleSection({ id, counterexample }: TheoremSummary): Markup | null {
  if (!counterexample) return null;
  const { found, instance, fastCheck, problem, companion, network } = counterexample;
  const exact =
    found.etaStar === null
      ? null
      : markup` Predicted ${found.predicted}; exact η* ${written(found.etaStar)}, log ρ ${written(found.logGrowth)}.`;
  return markup`<div class="counterexample">
<h4>Smallest contradiction found</h4>
<p>${withSymbols(instanceText(counterexample))}.${exact} Observed: ${withSymbols(found.evidence)}.</p>
<p>Found at instance ${instance}, made smaller in ${fastCheck.shrinks} steps. Repeat it:</p>
<pre class="command" tabindex="0">unlearning-stability replay counterexample-${id}.json</pre>
${unfoldedData('The instance as data', problem ? { problem, companion } : network)}
</div>`;
}

/** Smallest margin that a search found, and its problem. */
function marginText({ boundary, words }: WordedSummary): Markup {
  if (!boundary) return markup`<p>A statement of this kind has no margin that could be computed.</p>`;
  const { smallestMargin, attained, nearest } = boundary;
  return markup`<p>${verdict(smallestMargin, attained)} (${words.margin ?? 'relative distance'}, by exact computation.)</p>
${nearest ? markup`<div class="nearest"><p>${nearest.margin < -MARGIN_ROUNDING ? 'On this problem it is wrong' : 'Nearest problem that does not attain it'}: margin ${written(nearest.margin)}.</p><div>${problemData(nearest.problem)}</div></div>` : null}`;
}

function verdict(margin: number, attained: boolean): Markup {
  if (margin < -MARGIN_ROUNDING)
    return markup`${alarm(markup`Wrong by ${written(-margin)}`)} on a problem that the search found.`;
  if (attained) return markup`<b>Attained:</b> on some problem the margin is 0 to rounding.`;
  return markup`<b>Not attained:</b> on the nearest problem found the margin is ${written(margin)}.`;
}

/** The planted wrong variants of a theorem, with the instance that refuted each and how many draws it took. */
function mutantTable({ id, mutants, witnesses }: TheoremSummary): Markup {
  const refuted = mutants.filter((mutant) => mutant.killed).length;
  const rows = mutants.map((mutant) => [
    mutant.id,
    withSymbols(mutant.description),
    killer(mutant, witnesses),
    mutant.draws ?? 'not by a random one',
  ]);
  const table = htmlTable(['variant', 'what is wrong', 'refuted by instance', 'random draws it took'], rows, {
    caption: `${refuted} of ${mutants.length} planted wrong variants refuted`,
    className: 'mutants',
  });
  return scrollable(`Wrong variants of ${id}`, markup`\n${table}\n`);
}

function killer({ instance }: MutantSummary, witnesses: number): Content {
  if (instance === null) return alarm('survived');
  return instance < witnesses ? `${instance} (stored)` : instance;
}

/** A problem in a line, and its data to unfold. */
function problemData(problem: ProblemSpec): Markup {
  const { retain, forget, alpha, batch, sampling } = problem;
  return markup`${retain.length} retain and ${forget.length} forget samples, α = ${alpha}, ${samplingName(sampling)} batches ${batch.retain} / ${batch.forget}.
${unfoldedData('The problem as data', problem)}`;
}

/** Data as JSON, folded; on paper it stays folded. */
function unfoldedData(title: string, data: unknown): Markup {
  return markup`<details class="data"><summary>${title}</summary><pre tabindex="0">${JSON.stringify(data)}</pre></details>`;
}

/** LaTeX as MathML, which browsers show and screen readers read without a script. @throws if it does not parse. */
export function formula(latex: string, display: 'block' | 'inline' = 'inline'): Markup {
  const settings = { displayMode: display === 'block', throwOnError: true, strict: true };
  return new Markup(temml.renderToString(latex, settings));
}

/** Symbols of the statements and what they mean. */
const SYMBOLS: readonly (readonly [latex: string, meaning: string])[] = [
  [String.raw`R,\ F`, 'retain set and forget set, with n_R and n_F samples'],
  [String.raw`\alpha`, 'mixing weight of the ascent, in [0, 1]'],
  [String.raw`\eta,\ \eta^*`, 'step size, and the exact critical one: stable iff η < η*'],
  [String.raw`B,\ \nu = n/B - 1`, 'batch size, and batch noise factor'],
  [
    String.raw`H_i,\ \bar H`,
    'Hessian of the loss of sample i at the minimum, and the mean of a set (H = mean of the retain set)',
  ],
  [
    String.raw`K_i,\ K`,
    'weighted curvature of a sample, (1−α)/n_R or α/n_F times its Hessian, and their sum',
  ],
  [String.raw`D = (1-\alpha)\bar H_R - \alpha\bar H_F`, 'mean curvature of the step'],
  [String.raw`U,\ r`, 'sum of the ranges of all K_i, and its dimension'],
  [
    String.raw`T,\ \rho(T)`,
    'operator of the second moment, and its spectral radius: the growth of E|δ|² per step',
  ],
  [String.raw`N`, 'part of T that comes from batch noise, without η²'],
  [String.raw`\delta_k`, 'displacement from the minimum after k steps'],
  [String.raw`\gamma`, 'almost sure growth of log |δ| per step'],
  [
    String.raw`S_{ij} = \sqrt{\operatorname{tr}(K_i K_j)}`,
    'coherence matrix, with blocks of retain and forget samples',
  ],
  [String.raw`\sigma = \lambda_1(S)/\max_i \lambda_1(K_i)`, 'coherence'],
  [String.raw`\kappa = \operatorname{tr}(\bar H_R \bar H_F)/\lambda_1(\bar H_F)^2`, 'cross coherence'],
  [
    String.raw`\mu,\ \alpha^* = 1/(1+\mu)`,
    'largest eigenvalue of the forget curvature relative to the retain curvature, and the critical mixing',
  ],
  [String.raw`\omega`, 'largest eigenvalue of K relative to D'],
];

/** The list of symbols, folded. */
export function symbolList(): Markup {
  return markup`<details class="symbols"><summary><h3>Symbols</h3></summary>
<dl class="facts">${SYMBOLS.map(
    ([latex, meaning]) => markup`<div><dt>${formula(latex)}</dt><dd>${withSymbols(meaning)}</dd></div>
`,
  )}</dl>
<p>“Diverges”: E|δ|² grows without bound for some start, so that the model escapes the old minimum; that is not deletion. “Stable”: it stays bounded for every start.</p>
</details>`;
}
