import type { TheoremVerdict } from '../analysis/analyze.js';
import type { AssertingTheorem } from '../harness/kinds.js';
import { markup, type Markup } from './markup.js';
import { plainNumber, written } from './number-format.js';
import type { AnalysisPage } from './analysis-page.js';
import { intervalBar, intervalSign } from './analysis-figures.js';
import { type Axis, logAxisAround } from './axis.js';
import { axisStrip, gridLines, POINTER, shapeAt, textAt } from './axis-marks.js';

const ROW = 24;

/** What a theorem asserts of step sizes, and from which on. */
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
<p>${sentence(setting.eta, etaStar)}</p>
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
  return strip(axis, eta, [area('holds', 0, star), area('leaves', star, 100), interval]);
}

function assertionRow({ asserts, threshold }: Assertion, eta: number, axis: Axis): Markup {
  const at = threshold > 0 ? axis.position(threshold) : 0;
  return strip(axis, eta, [
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
function strip(axis: Axis, eta: number, contents: readonly (Markup | null)[]): Markup {
  const place = axis.position(eta);
  return markup`<svg class="strip" width="100%" height="${ROW}">${gridLines(axis, ROW)}${contents}<line class="chosen" x1="${place}%" x2="${place}%" y1="0" y2="${ROW}"/></svg>`;
}

function sentence(eta: number, etaStar: number): Markup {
  if (etaStar === 0) return markup`The mean curvature D has a negative direction: every step size leaves.`;
  const rounded = (ratio: number) => written(Number(ratio.toPrecision(3)));
  if (eta < etaStar)
    return markup`η = ${written(eta)} is ${rounded(etaStar / eta)} times too small to leave.`;
  return markup`η = ${written(eta)} is ${rounded(eta / etaStar)} times the critical step.`;
}
