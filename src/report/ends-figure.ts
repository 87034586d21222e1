import type { AnalysisPage } from './analysis-page.js';
import { axisStrip, gridLines, linearAxis, logAxisAround, POINTER, shapeAt, textAt } from './axis.js';
import { markup, type Markup, withSymbols } from './markup.js';
import { percent, plainNumber, written } from './number-format.js';

const ROW = 22;

/** Ticks of a share that may pass 1. */
const SHARES = [0, 0.5, 1];

/** Where eta* lies between the ends that the coherences leave, and what in the data puts it there; nothing where that is not told. */
export function endsFigure({ analysis, setting }: AnalysisPage): Markup | null {
  const { ends, exact } = analysis;
  if (!ends) return null;
  const { stable, diverges, share, q, weakest } = ends;
  const { etaStar } = exact;
  const axis = logAxisAround([stable, diverges, etaStar, setting.eta]);
  const [from, star, to, eta] = [stable, etaStar, diverges, setting.eta].map(axis.position) as [
    number,
    number,
    number,
    number,
  ];
  const parts = [
    ['of lambda_1(D)', weakest.curvature],
    ...(q > 0 ? ([[`of the overlap q = ${plainNumber(q)}`, weakest.overlap]] as const) : []),
    ['of the noise of strongest samples', weakest.noise],
  ] as const;
  const shares = linearAxis(0, Math.max(1, ...parts.map(([, part]) => part)), SHARES);
  const label = `Logarithmic axis of the step size: lower end ${plainNumber(stable)}, critical eta ${plainNumber(etaStar)}, upper end ${plainNumber(diverges)}, eta ${plainNumber(setting.eta)}.`;
  const told = parts.map(([name, part]) => `${percent(part)} ${name}`).join(', ');
  return markup`<section class="figure-card wide-card" aria-labelledby="ends"><h3 id="ends">Between the two ends of the coherences</h3>
<p class="figure-number">${percent(share)} of the way</p>
<p>Every problem with these coherences holds below ${written(stable)} and diverges above ${written(diverges)}; between them no coherence decides. η* = ${written(etaStar)} is ${percent(share)} of the way, of the logarithm.</p>
<div role="img" aria-label="${label}"><svg class="strip" width="100%" height="28">${textAt(eta, 12, `η ${plainNumber(setting.eta)}`)}${shapeAt(eta, 27, POINTER, 'pointer')}</svg><svg class="strip" width="100%" height="${ROW}">${gridLines(axis, ROW)}<rect class="zone holds" x="0" y="2" width="${from}%" height="${ROW - 4}"/><rect class="zone leaves" x="${to}%" y="2" width="${(100 - to).toFixed(2)}%" height="${ROW - 4}"/><line class="critical" x1="${star}%" x2="${star}%" y1="0" y2="${ROW}"/></svg>${axisStrip(axis)}</div>
<p class="legend"><span class="key below">every such problem holds</span> <span class="key above">every such problem diverges</span> <span>Line: η* of this one.</span></p>
<p>What puts it there: the direction that leaves first has</p>
<div class="plot rows" role="img" aria-label="${told}.">
${parts.map(
  ([
    name,
    part,
  ]) => markup`<span class="label">${percent(part)} ${withSymbols(name)}</span><svg class="strip" width="100%" height="${ROW}">${gridLines(shares, ROW)}<rect class="zone leaves" x="0" y="5" width="${shares.position(part)}%" height="${ROW - 10}"/></svg>
`,
)}<span></span>${axisStrip(shares, { label: percent })}
</div>
<p class="legend">With all of each the problem would be at the lower end.</p>
</section>`;
}
