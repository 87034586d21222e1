import type { TheoremVerdict } from '../analysis/answer.js';
import type { AssertingTheorem } from '../harness/kinds.js';
import { foundBy } from './analysis-facts.js';
import type { AnalysisPage, AnsweredAnalysis } from './analysis-page.js';
import {
  type Axis,
  axisMarks,
  axisStrip,
  gridLines,
  linearAxis,
  logAxisAround,
  POINTER,
  roundTicks,
  shapeAt,
  textAt,
} from './axis.js';
import { type Content, markup, type Markup, withSymbols } from './markup.js';
import { factorText, plainNumber, plainSteps, written } from './number-format.js';
import { isPlainStep, procedureMixing, procedureStep } from './procedure-text.js';
import { factList } from './table.js';

/** Ends of an interval. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

const AXIS = linearAxis(0, 1);

/** Marks this close to alpha* are left out: its line would cross their numbers. */
const CLOSE = 0.07;

/** alpha beside alpha* on the scale from 0 to 1. */
export function mixingFigure({ analysis, setting }: AnalysisPage): Markup {
  if (!isPlainStep(analysis.procedure)) {
    return wordCard('mixing', 'Mixing', procedureMixing(analysis, setting.alpha));
  }
  const { alphaStar } = analysis.mixing;
  const [star, chosen] = [AXIS.position(alphaStar), AXIS.position(setting.alpha)];
  return markup`<section class="figure-card" aria-labelledby="mixing"><h3 id="mixing">Mixing</h3>
<p class="figure-number">α* ${intervalSign(analysis, 'alphaStar')} ${written(alphaStar)}</p>
<p>${sentence(setting.alpha, alphaStar)}</p>
<svg class="strip" role="img" aria-label="Scale from 0 to 1: alpha ${plainNumber(setting.alpha)}, critical alpha ${plainNumber(alphaStar)}." width="100%" height="82"><rect class="zone holds" x="0" y="26" width="${star}%" height="16"/><rect class="zone leaves" x="${star}%" y="26" width="${(100 - star).toFixed(2)}%" height="16"/>${textAt(chosen, 12, `α ${plainNumber(setting.alpha)}`)}${shapeAt(chosen, 26, POINTER, 'pointer')}${intervalBar(analysis, 'alphaStar', AXIS, 34)}<line class="critical" x1="${star}%" x2="${star}%" y1="22" y2="66"/>${axisMarks({ ...AXIS, ticks: AXIS.ticks.filter((tick) => Math.abs(tick - alphaStar) > CLOSE) }, { y: 42 })}${textAt(star, 79, `α* ${plainNumber(alphaStar)}`)}</svg>
<p class="legend"><span class="key below">below α*: the step size decides</span> <span class="key above">above: escapes at every η</span></p>
</section>`;
}

/** A card without a picture. */
function wordCard(id: string, title: string, words: string): Markup {
  return markup`<section class="figure-card" aria-labelledby="${id}"><h3 id="${id}">${title}</h3>
<p>${withSymbols(words)}.</p></section>`;
}

function sentence(alpha: number, alphaStar: number): Content {
  if (alpha > alphaStar) {
    const covered =
      alphaStar === 0
        ? 'Some forget direction is not covered by the retain set: any ascent leaves'
        : 'The ascent on the forget set outweighs the descent along some direction: the mean leaves';
    return `${covered}, at every step size.`;
  }
  return alpha === 0
    ? 'Nothing is unlearned at α = 0: plain descent on the retain set.'
    : 'The retain set outweighs the ascent in every direction: only steps of a size above η* leave.';
}

/** Steps until the displacement has grown by the factor, by three measures. */
export function escapeFigure({ analysis }: AnalysisPage): Markup {
  const { factor, mean, secondMoment, typical } = analysis.escape;
  const rows: readonly (readonly [name: Content, meaning: string, steps: Interval | number | null])[] = [
    ['mean', isPlainStep(analysis.procedure) ? 'along the fastest direction of D' : 'in the long run', mean],
    ['√E|δ|²', 'in the long run', secondMoment],
    ['single runs', analysis.typical.exact ? 'in the long run' : 'simulated', typical],
  ];
  const ends = [mean, secondMoment, typical?.low ?? null].filter((steps) => steps !== null);
  const least = ends.length === 0 ? null : Math.min(...ends);
  return markup`<section class="figure-card" aria-labelledby="escape"><h3 id="escape">Escape time</h3>
<p class="figure-number">${least === null ? 'never' : markup`${plainSteps(least)} steps`}</p>
<p>Until |δ| has grown by a factor of ${factorText(factor)}${least === null ? ': by no measure does it.' : ', by the fastest measure.'}</p>
${factList(
  'measures',
  rows.map(([name, meaning, steps]) => [markup`<b>${name}</b> ${meaning}`, stepsText(steps)]),
)}
</section>`;
}

function stepsText(steps: Interval | number | null): string {
  if (steps === null) return 'never';
  if (typeof steps === 'number') return plainSteps(steps);
  const [low, high] = [plainSteps(steps.low), plainSteps(steps.high)];
  return low === high ? low : `${low} – ${high}`;
}

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
<span></span>${axisStrip(axis)}
</div>
<p class="legend">Left of 0 it shrinks, right of 0 it grows. Single runs: 2γ = ${written(typical.growth)}${typical.exact ? '' : markup` in [${written(typical.low)}, ${written(typical.high)}]`}, ${foundBy(typical)}.</p>
</section>`;
}

/** An axis that shows 0 and all values. */
function axisAround(values: readonly number[]): Axis {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const room = high > low ? 0.12 * (high - low) : 1;
  return linearAxis(low - room, high + room, roundTicks(low - room, high + room, MOST_TICKS));
}

function strip(axis: Axis, content: Content): Markup {
  const zero = axis.position(0);
  return markup`<svg class="strip" width="100%" height="${ROW}">${gridLines(axis, ROW)}<line class="one" x1="${zero}%" x2="${zero}%" y1="0" y2="${ROW}"/>${content}</svg>`;
}

function interval({ growth, low, high }: AnsweredAnalysis['typical'], axis: Axis): Markup {
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

/** Note on growth where second moment and single runs disagree; nothing where they agree. */
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

type Estimated = 'alphaStar' | 'etaStar';

/** Between a threshold and its number: equal to it, or estimated from a part of the samples. */
function intervalSign({ subset }: AnsweredAnalysis, name: Estimated): '=' | '≈' {
  return subset && !subset.intervals[name].exact ? '≈' : '=';
}

/** The interval of a threshold that is estimated, as a bar on its axis; nothing if it is known. */
function intervalBar(
  { subset }: AnsweredAnalysis,
  name: Estimated,
  { position }: Axis,
  y: number,
): Markup | null {
  if (!subset || subset.intervals[name].exact) return null;
  const { low, high } = subset.intervals[name];
  const from = low > 0 ? position(low) : 0;
  const to = high === null ? 100 : position(high);
  return markup`<line class="interval open" x1="${from}%" x2="${to}%" y1="${y}" y2="${y}"/>`;
}

/** Assertion of a theorem about step sizes, and its threshold. */
interface Assertion {
  readonly id: string;
  readonly asserts: 'divergence' | 'stability' | 'both';
  /** 0: at every step size. */
  readonly threshold: number;
  /** True if it says something at the step size chosen. */
  readonly decides: boolean;
}

/** eta, eta* and the critical steps of the theorems on one logarithmic axis. */
export function stepFigure({ analysis, setting, theorems }: AnalysisPage): Markup {
  const { etaStar } = analysis.exact;
  const isPlain = isPlainStep(analysis.procedure);
  const words = isPlain ? null : procedureStep(analysis, `eta ${plainNumber(setting.eta)} is chosen`);
  if (words && !(etaStar > 0 && etaStar < Infinity)) return wordCard('step', 'Step size', words);
  const sign = intervalSign(analysis, 'etaStar');
  const rows = assertions(analysis.theorems, theorems);
  const { low, high } = analysis.subset?.intervals.etaStar ?? { low: 0, high: null };
  const thresholds = rows.map(({ threshold }) => threshold);
  const shown = [setting.eta, etaStar, low, high ?? 0, ...thresholds].filter((x) => x > 0);
  const axis = logAxisAround(shown);
  const said = rows.map(({ id, asserts, threshold }) => `${id} ${SAYS[asserts]} ${plainNumber(threshold)}`);
  const label = `Logarithmic axis of the step size: eta ${plainNumber(setting.eta)}, critical eta ${plainNumber(etaStar)}. ${said.join(', ')}.`;
  return markup`<section class="figure-card wide-card" aria-labelledby="step"><h3 id="step">Step size</h3>
<p class="figure-number">η* ${sign} ${written(etaStar)}</p>
<p>${words ? markup`${withSymbols(words)}.` : stepSentence(setting.eta, etaStar)}</p>
<div class="plot steps" role="img" aria-label="${label}">
<span></span><svg class="strip" width="100%" height="28">${textAt(axis.position(setting.eta), 12, `η ${plainNumber(setting.eta)}`)}${shapeAt(axis.position(setting.eta), 27, POINTER, 'pointer')}</svg>
<span class="label">${sign === '≈' ? 'estimate' : 'exact'}</span>${exactRow(etaStar, setting.eta, axis, intervalBar(analysis, 'etaStar', axis, ROW / 2))}
${rows.map(
  (
    row,
  ) => markup`<span class="label${row.decides ? ' decides' : ''}">${row.id}</span>${assertionRow(row, setting.eta, axis)}
`,
)}<span></span>${axisStrip(axis)}
</div>
<p class="legend"><span class="key below">stable</span> <span class="key above">diverges</span> ${rows.some(({ decides }) => !decides) ? markup`<span>Bold: theorems that decide this η.</span>` : null} ${rows.length > 0 ? 'A theorem says nothing where its row is blank. ' : null}${sign === '≈' ? 'Dark bar: interval of the estimate. ' : null}Logarithmic axis.</p>
</section>`;
}

const SAYS = { divergence: 'diverges above', stability: 'stable below', both: 'exact at' } as const;

/** Theorems with a critical step: stability first, then the exact ones, then divergence. */
function assertions(verdicts: readonly TheoremVerdict[], theorems: readonly AssertingTheorem[]): Assertion[] {
  const order = ['stability', 'both', 'divergence'];
  return verdicts
    .flatMap(({ id, side, etaThreshold }) => {
      const asserts = theorems.find((theorem) => theorem.id === id)?.asserts;
      if (etaThreshold === null || !asserts) return [];
      return [{ id, asserts, threshold: etaThreshold, decides: side !== 'undecided' }];
    })
    .sort((a, b) => order.indexOf(a.asserts) - order.indexOf(b.asserts) || a.threshold - b.threshold);
}

function exactRow(etaStar: number, eta: number, axis: Axis, interval: Markup | null): Markup {
  const star = etaStar > 0 ? axis.position(etaStar) : 0;
  return stepStrip(axis, eta, [area('holds', 0, star), area('leaves', star, 100), interval]);
}

function assertionRow({ asserts, threshold }: Assertion, eta: number, axis: Axis): Markup {
  const at = threshold > 0 ? axis.position(threshold) : 0;
  return stepStrip(axis, eta, [
    asserts === 'divergence' ? null : area('holds', 0, at),
    asserts === 'stability' ? null : area('leaves', at, 100),
    threshold > 0
      ? markup`<circle class="${asserts === 'stability' ? 'holds' : 'leaves'}" cx="${at}%" cy="${ROW / 2}" r="4.5"/>`
      : null,
  ]);
}

function area(name: string, from: number, to: number): Markup {
  return markup`<rect class="zone ${name}" x="${from}%" y="5" width="${(to - from).toFixed(2)}%" height="${ROW - 10}"/>`;
}

/** A row of the figure; the line of eta goes through all of them. */
function stepStrip(axis: Axis, eta: number, contents: readonly (Markup | null)[]): Markup {
  const place = axis.position(eta);
  return markup`<svg class="strip" width="100%" height="${ROW}">${gridLines(axis, ROW)}${contents}<line class="chosen" x1="${place}%" x2="${place}%" y1="0" y2="${ROW}"/></svg>`;
}

function stepSentence(eta: number, etaStar: number): Markup {
  if (etaStar === 0) return markup`The mean curvature D has a negative direction: every step size leaves.`;
  const rounded = (ratio: number) => written(Number(ratio.toPrecision(3)));
  if (eta < etaStar)
    return markup`η = ${written(eta)} is ${rounded(etaStar / eta)} times too small to leave.`;
  return markup`η = ${written(eta)} is ${rounded(eta / etaStar)} times the critical step.`;
}
