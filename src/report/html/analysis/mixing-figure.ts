import { markup, type Content, type Markup } from '../markup.js';
import { written } from '../numbers.js';
import type { AnalysisPage } from './analysis-page.js';
import { intervalBar, intervalSign } from './interval-bar.js';
import { plainNumber } from './plain-number.js';
import { POINTER, scaleLabels, shapeAt, textAt } from './scale-labels.js';
import { linearScale } from './value-scale.js';

const AXIS = linearScale(0, 1);

/** Marks this close to alpha* are left out: its line would cross their numbers. */
const CLOSE = 0.07;

/** alpha beside alpha* on the scale from 0 to 1. */
export function mixingFigure({ analysis, setting }: AnalysisPage): Markup {
  const { alphaStar } = analysis.mixing;
  const [star, chosen] = [AXIS.position(alphaStar), AXIS.position(setting.alpha)];
  return markup`<section class="figure-card" aria-labelledby="mixing"><h3 id="mixing">Mixing</h3>
<p class="figure-number">α* ${intervalSign(analysis, 'alphaStar')} ${written(alphaStar)}</p>
<p>${sentence(setting.alpha, alphaStar)}</p>
<svg class="strip" role="img" aria-label="Scale from 0 to 1: alpha ${plainNumber(setting.alpha)}, critical alpha ${plainNumber(alphaStar)}." width="100%" height="82"><rect class="zone holds" x="0" y="26" width="${star}%" height="16"/><rect class="zone leaves" x="${star}%" y="26" width="${(100 - star).toFixed(2)}%" height="16"/>${textAt(chosen, 12, `α ${plainNumber(setting.alpha)}`)}${shapeAt(chosen, 26, POINTER, 'pointer')}${intervalBar(analysis, 'alphaStar', AXIS, 34)}<line class="critical" x1="${star}%" x2="${star}%" y1="22" y2="66"/>${scaleLabels({ ...AXIS, ticks: AXIS.ticks.filter((tick) => Math.abs(tick - alphaStar) > CLOSE) }, 42)}${textAt(star, 79, `α* ${plainNumber(alphaStar)}`)}</svg>
<p class="legend"><span class="key below">below α*: the step size decides</span> <span class="key above">above: escapes at every η</span></p>
</section>`;
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
