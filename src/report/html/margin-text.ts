import { ROUNDING } from '../../harness/boundary-search.js';
import type { TheoremSummary } from '../../harness/summary.js';
import { markup, type Markup } from './markup.js';
import { written } from './numbers.js';
import { problemData } from './problem-data.js';

/** How nearly wrong a search found the theorem, and on which problem. */
export function marginText({ boundary, kind }: TheoremSummary): Markup {
  if (!boundary) return markup`<p>A statement of this kind has no margin that could be computed.</p>`;
  const { smallestMargin, attained, nearest } = boundary;
  return markup`<p>${verdict(smallestMargin, attained)} (${MEASURES[kind] ?? 'relative distance'}, by exact computation.)</p>
${nearest ? markup`<div class="nearest"><p>${nearest.margin < -ROUNDING ? 'On this problem it is wrong' : 'Nearest problem that does not attain it'}: margin ${written(nearest.margin)}.</p><div>${problemData(nearest.problem)}</div></div>` : null}`;
}

function verdict(margin: number, attained: boolean): Markup {
  if (margin < -ROUNDING)
    return markup`<strong class="mark contradicted">Wrong by ${written(-margin)}</strong> on a problem that the search found.`;
  if (attained) return markup`<b>Attained:</b> on some problem the margin is 0 to rounding.`;
  return markup`<b>Not attained:</b> on the nearest problem found the margin is ${written(margin)}.`;
}

const MEASURES: Readonly<Partial<Record<TheoremSummary['kind'], string>>> = {
  side: 'Margin: relative distance of the critical step, or critical α, to the exact one',
  inequality: 'Margin: relative distance of the two sides',
  order: 'Margin: distance of the two log ρ at the exact threshold of one',
};
