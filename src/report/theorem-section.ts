import type { Confusion, TheoremSummary } from '../harness/summary.js';
import { killedShare, STATUS_WORDS, theoremStatus, type WordedSummary } from './agreement.js';
import { markup, type Markup, withSymbols } from './markup.js';
import { grouped, percent } from './number-format.js';
import { ratioFigure } from './ratio-figures.js';
import { formula } from './symbols.js';
import { counterexampleSection, marginText, mutantTable } from './theorem-evidence.js';

/** Everything of one theorem, to unfold. The link to it is inside, so that following it unfolds. */
export function theoremSection(summary: WordedSummary): Markup {
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

function test(summary: WordedSummary): Markup {
  const { conflicts, disagreementUpperBound } = summary;
  const { value, confidence } = disagreementUpperBound;
  return markup`<h4>Test</h4>
<dl class="facts">
<div><dt>tested as</dt><dd>${summary.words.testedAs}</dd></div>
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

/** How the instances of a theorem came out: a bar in shares, and the numbers in words. */
export function outcomeBar({ instances, agree, contradict, inconclusive }: TheoremSummary): Markup {
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
export function confusionTable({ id, asserts, confusion }: TheoremSummary): Markup | null {
  if (!confusion) return null;
  return markup`<div class="scroll" role="region" aria-label="Sides of ${id}" tabindex="0">
<table class="confusion">
<caption>Predicted side (rows) against observed side (columns), numbers of instances</caption>
<thead><tr><td></td>${OBSERVED.map((side) => markup`<th scope="col"><span class="wide">observed</span> <b>${side}</b></th>`)}</tr></thead>
<tbody>
${PREDICTED.map(
  (
    predicted,
  ) => markup`<tr><th scope="row"><span class="wide">predicted</span> <b>${predicted}</b></th>${cells(asserts, confusion, predicted)}</tr>
`,
)}</tbody>
</table>
</div>`;
}

function cells(
  asserts: TheoremSummary['asserts'],
  confusion: Confusion,
  predicted: (typeof PREDICTED)[number],
) {
  return OBSERVED.map((observed) => {
    const count = confusion[predicted][observed];
    const meaning = asserts !== null ? meaningOf(predicted, observed) : null;
    const found = count === 0 ? 'zero' : (meaning ?? 'plain');
    return markup`<td class="${found}">${count}${meaning && count > 0 ? markup` <small>${WORDS[meaning]}</small>` : null}</td>`;
  });
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
