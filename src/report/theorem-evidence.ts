import { MARGIN_ROUNDING } from '../harness/claim.js';
import type { MutantSummary, TheoremSummary } from '../harness/summary.js';
import type { ProblemSpec } from '../theory/problem.js';
import { instanceText, type WordedSummary } from './agreement.js';
import { alarm, type Content, markup, type Markup, withSymbols } from './markup.js';
import { written } from './number-format.js';
import { htmlTable, scrollable } from './table.js';

/** The smallest contradiction found, and the command that repeats it. */
export function counterexampleSection({ id, counterexample }: TheoremSummary): Markup | null {
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

/** How nearly wrong a search found the theorem, and on which problem. */
export function marginText({ boundary, words }: WordedSummary): Markup {
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
export function mutantTable({ id, mutants, witnesses }: TheoremSummary): Markup {
  const killed = mutants.filter((mutant) => mutant.killed).length;
  const rows = mutants.map((mutant) => [
    mutant.id,
    withSymbols(mutant.description),
    killer(mutant, witnesses),
    mutant.draws ?? 'not by a random one',
  ]);
  const table = htmlTable(['variant', 'what is wrong', 'killed by instance', 'random draws it took'], rows, {
    caption: `${killed} of ${mutants.length} planted wrong variants killed`,
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
  return markup`${retain.length} retain and ${forget.length} forget samples, α = ${alpha}, ${sampling} batches ${batch.retain} / ${batch.forget}.
${unfoldedData('The problem as data', problem)}`;
}

/** Data as JSON, folded; on paper it stays folded. */
function unfoldedData(title: string, data: unknown): Markup {
  return markup`<details class="data"><summary>${title}</summary><pre tabindex="0">${JSON.stringify(data)}</pre></details>`;
}
