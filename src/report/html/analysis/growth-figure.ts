import { markup, type Content, type Markup } from '../markup.js';
import { written } from '../numbers.js';
import type { AnalysisPage, AnsweredAnalysis } from './analysis-page.js';
import { plainNumber } from './plain-number.js';
import { scaleGrid, scaleLabels } from './scale-labels.js';
import { linearScale, type ValueScale } from './value-scale.js';

const ROW = 24;

/** Small rates have long numbers. */
const MOST_TICKS = 4;

/** True where the second moment grows and single runs shrink all the same. */
export function isHeavyTailed({ exact, typical }: Pick<AnsweredAnalysis, 'exact' | 'typical'>): boolean {
  return exact.side === 'diverges' && typical.high < 0;
}

/** Growth of the second moment beside that of single runs, per step. */
export function growthFigure({ analysis }: AnalysisPage): Markup {
  const { exact, typical } = analysis;
  const axis = axisAround([exact.logGrowth, typical.low, typical.high]);
  const label = `Growth per step: second moment ${plainNumber(exact.logGrowth)}, single runs ${plainNumber(typical.low)} to ${plainNumber(typical.high)}.`;
  return markup`<section class="figure-card" aria-labelledby="growth"><h3 id="growth">Growth per step</h3>
<p class="figure-number">log ρ = ${written(exact.logGrowth)}</p>
<p>${pace(exact.logGrowth)}</p>
<div class="plot rows" role="img" aria-label="${label}">
<span class="label">E|δ|²</span>${strip(axis, markup`<circle class="${exact.logGrowth < 0 ? 'holds' : 'leaves'}" cx="${axis.position(exact.logGrowth)}%" cy="${ROW / 2}" r="5.5"/>`)}
<span class="label">single runs</span>${strip(axis, interval(typical, axis))}
<span></span><svg class="strip" width="100%" height="22">${scaleLabels(axis, 0)}</svg>
</div>
<p class="legend">Left of 0 it shrinks, right of 0 it grows. Single runs: 2γ = ${written(typical.growth)} in [${written(typical.low)}, ${written(typical.high)}], simulated.</p>
</section>`;
}

/** An axis that shows 0 and all values. */
function axisAround(values: readonly number[]): ValueScale {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const room = high > low ? 0.12 * (high - low) : 1;
  return linearScale(low - room, high + room, MOST_TICKS);
}

function strip(axis: ValueScale, content: Content): Markup {
  const zero = axis.position(0);
  return markup`<svg class="strip" width="100%" height="${ROW}">${scaleGrid(axis, 0, ROW)}<line class="one" x1="${zero}%" x2="${zero}%" y1="0" y2="${ROW}"/>${content}</svg>`;
}

function interval({ growth, low, high }: AnsweredAnalysis['typical'], axis: ValueScale): Markup {
  const name = high < 0 ? 'holds' : low > 0 ? 'leaves' : 'open';
  return markup`<line class="interval ${name}" x1="${axis.position(low)}%" x2="${axis.position(high)}%" y1="${ROW / 2}" y2="${ROW / 2}"/><circle class="${name}" cx="${axis.position(growth)}%" cy="${ROW / 2}" r="4"/>`;
}

/** The growth of E|delta|^2 as the time in which it doubles or halves. */
function pace(logGrowth: number): Content {
  if (logGrowth === 0) return 'The mean square neither grows nor shrinks exponentially.';
  const steps = Math.LN2 / Math.abs(logGrowth);
  const verb = logGrowth > 0 ? 'doubles' : 'halves';
  if (steps < 1)
    return markup`The mean square ${logGrowth > 0 ? 'grows' : 'shrinks'} by a factor of ${written(Math.exp(Math.abs(logGrowth)))} every step.`;
  return markup`The mean square ${verb} every ${written(Number(steps.toPrecision(2)))} steps.`;
}

/** What the two kinds of growth mean where they disagree; nothing where they agree. */
export function growthNote(analysis: AnsweredAnalysis): Markup | null {
  const { exact, typical } = analysis;
  if (isHeavyTailed(analysis)) {
    return markup`<p class="note"><b>Heavy tail.</b> Almost every single run shrinks back to the old minimum; rare runs that blow up carry the growth of the mean square. Expect one run to stay.</p>`;
  }
  if (exact.side === 'diverges' && typical.low <= 0) {
    return markup`<p class="note"><b>Near the heavy tail.</b> The mean square grows; the simulation does not tell whether single runs do, its interval holds 0.</p>`;
  }
  return null;
}
