import { markup, type Content, type Markup } from '../markup.js';
import type { AnalysisPage, Interval } from './analysis-page.js';
import { factorText, plainSteps } from './plain-number.js';

/** Steps until the displacement has grown by the factor, by three measures. */
export function escapeFigure({ analysis }: AnalysisPage): Markup {
  const { factor, mean, secondMoment, typical } = analysis.escape;
  const rows: readonly (readonly [name: Content, meaning: string, steps: Interval | number | null])[] = [
    ['mean', 'along the fastest direction of D', mean],
    ['√E|δ|²', 'in the long run', secondMoment],
    ['single runs', 'simulated', typical],
  ];
  const ends = [mean, secondMoment, typical?.low ?? null].filter((steps) => steps !== null);
  const least = ends.length === 0 ? null : Math.min(...ends);
  return markup`<section class="figure-card" aria-labelledby="escape"><h3 id="escape">Escape time</h3>
<p class="figure-number">${least === null ? 'never' : markup`${plainSteps(least)} steps`}</p>
<p>Until |δ| has grown by a factor of ${factorText(factor)}${least === null ? ': by no measure does it.' : ', by the fastest measure.'}</p>
<dl class="measures">
${rows.map(
  ([name, meaning, steps]) => markup`<div><dt><b>${name}</b> ${meaning}</dt><dd>${stepsText(steps)}</dd></div>
`,
)}</dl>
</section>`;
}

function stepsText(steps: Interval | number | null): string {
  if (steps === null) return 'never';
  if (typeof steps === 'number') return plainSteps(steps);
  const [low, high] = [plainSteps(steps.low), plainSteps(steps.high)];
  return low === high ? low : `${low} – ${high}`;
}
