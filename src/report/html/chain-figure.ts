import type { TheoremSummary } from '../../harness/summary.js';
import { significant } from '../number-format.js';
import { allowedArea, allowedSide, type AllowedSide } from './allowed-side.js';
import { axisLabels, gridLines } from './axis-labels.js';
import { dots } from './dots.js';
import { logAxis, type LogAxis } from './log-axis.js';
import { markup, type Markup } from './markup.js';

const HEIGHT = 34;

/** From the lower bounds on the exact threshold to the upper ones. */
const ORDER: readonly AllowedSide[] = ['below', 'exact', 'above'];

/** All critical steps over the exact one, theorem by theorem from the lower bounds to the upper ones. */
export function chainFigure(theorems: readonly TheoremSummary[]): Markup | null {
  const chained = ORDER.flatMap((side) =>
    theorems.filter((summary) => summary.ratios && allowedSide(summary) === side),
  );
  if (chained.length === 0) return null;
  const axis = logAxis(chained.flatMap(({ ratios }) => ratios!.values));
  return markup`<section aria-labelledby="chain">
<h2 id="chain">Chain of bounds</h2>
<p>${chainSentence(chained)} Each dot is one instance’s critical step over its exact η*.</p>
<figure>
<div class="plot chain" role="img" aria-label="Critical step over the exact one. ${chained.map(rangeSentence).join(' ')}">
${chained.map((summary) => row(summary, axis))}
<span></span>${axisLabels(axis)}
</div>
<figcaption><span class="key below">stable below (lower bounds on η*)</span> <span class="key exact">exact</span> <span class="key above">diverges above (upper bounds on η*)</span>. Shaded: where the dots of a theorem may lie. Logarithmic axis; of more than 101 instances a theorem, evenly many are shown.</figcaption>
</figure>
</section>`;
}

function row(summary: TheoremSummary, axis: LogAxis): Markup {
  const side = allowedSide(summary);
  return markup`<span class="label">${summary.id}</span><svg class="strip ${side}" width="100%" height="${HEIGHT}">${gridLines(axis, HEIGHT)}${allowedArea(side, axis, HEIGHT)}<rect class="frame" width="100%" height="${HEIGHT}"/>${dots(summary.ratios!.values, axis, HEIGHT, 2.6)}</svg>`;
}

/** "D2, U5 <= eta* <= U2, U3" of the theorems in the figure. */
function chainSentence(theorems: readonly TheoremSummary[]): string {
  const names = (side: AllowedSide): string =>
    theorems
      .filter((summary) => allowedSide(summary) === side)
      .map(({ id }) => id)
      .join(', ');
  const parts = [names('below'), ['η*', names('exact')].filter(Boolean).join(' = '), names('above')];
  return `${parts.filter(Boolean).join(' ≤ ')}.`;
}

function rangeSentence({ id, ratios }: TheoremSummary): string {
  const { values } = ratios!;
  return `${id}: ${significant(values[0]!)} to ${significant(values.at(-1)!)}.`;
}
