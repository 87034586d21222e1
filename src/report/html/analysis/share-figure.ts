import type { ForgetSample } from '../../../analysis/answer.js';
import { percent } from '../../number-format.js';
import { markup, type Content, type Markup } from '../markup.js';
import { grouped } from '../numbers.js';
import { shareTop } from './share-top.js';

const HEIGHT = 180;

/** Up to so many samples every one has a bar of its own; more become one outline. */
const MOST_BARS = 150;

/** Corners of the outline of many samples. */
const MOST_CORNERS = 500;

/** The shares of all forget samples in ascending order, and that of the whole set. */
export function shareFigure(samples: readonly ForgetSample[], forgetShare: number | null): Markup {
  const shares = samples.map(({ share }) => share);
  const at = (q: number): string => percent(quantile(shares, q));
  const top = shareTop([...shares, forgetShare ?? 0]);
  const label = `Shares of ${shares.length} forget samples in ascending order: from ${at(0)} over a median of ${at(0.5)} to ${at(1)}.`;
  return markup`<figure>
<div class="plot shares" role="img" aria-label="${label}"><div class="levels" aria-hidden="true"><span>${percent(top)}</span><span>${percent(top / 2)}</span><span>0</span></div>
<svg class="strip" width="100%" height="${HEIGHT}">${[0, 0.5, 1].map((level) => markup`<line class="grid" x1="0" x2="100%" y1="${HEIGHT * (1 - level)}" y2="${HEIGHT * (1 - level)}"/>`)}${shares.length <= MOST_BARS ? bars(shares, top) : outline(shares, top)}${setLine(forgetShare, top)}</svg></div>
<p class="ends" aria-hidden="true"><span>← resists most</span><span>resists least →</span></p>
<figcaption>Share along the escaping directions, the ${grouped(shares.length)} forget samples in ascending order. A tenth of them have at most ${at(0.1)}, half at most ${at(0.5)}, nine tenths at most ${at(0.9)}.${forgetShare === null ? null : ` Dashed: the whole set, ${percent(forgetShare)}, weighted by curvature.`}</figcaption>
</figure>`;
}

/** The smallest value that a share q of the ascending values does not exceed. */
function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.max(0, Math.ceil(q * ascending.length) - 1)]!;
}

function bars(shares: readonly number[], top: number): Content {
  const width = 100 / shares.length;
  const gap = Math.min(0.15 * width, 1);
  return shares.map((share, k) => {
    // A line of a pixel for a share of 0, so that the sample is seen.
    const height = Math.max(1, (share / top) * HEIGHT);
    return markup`<rect class="share" x="${(k * width + gap / 2).toFixed(2)}%" width="${(width - gap).toFixed(2)}%" y="${(HEIGHT - height).toFixed(1)}" height="${height.toFixed(1)}"/>`;
  });
}

function outline(shares: readonly number[], top: number): Markup {
  const corners = Math.min(MOST_CORNERS, shares.length);
  const points = Array.from({ length: corners }, (_, k) => {
    const place = k / (corners - 1);
    const share = shares[Math.round(place * (shares.length - 1))]!;
    return `${(1000 * place).toFixed(1)},${(1000 * (1 - share / top)).toFixed(1)}`;
  });
  return markup`<svg width="100%" height="${HEIGHT}" viewBox="0 0 1000 1000" preserveAspectRatio="none"><path class="share" d="M0,1000L${points.join('L')}L1000,1000Z"/></svg>`;
}

function setLine(share: number | null, top: number): Markup | null {
  if (share === null) return null;
  const y = Number((HEIGHT * (1 - share / top)).toFixed(1));
  return markup`<line class="chosen" x1="0" x2="100%" y1="${y}" y2="${y}"/>`;
}
