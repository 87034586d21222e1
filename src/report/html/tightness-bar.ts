import type { TheoremSummary } from '../../harness/summary.js';
import { significant } from '../number-format.js';
import { allowedSide } from './allowed-side.js';
import { logAxis, type LogAxis } from './log-axis.js';
import { markup, type Markup } from './markup.js';

const HEIGHT = 16;

/** One axis for the tightness bars of all theorems. */
export function tightnessAxis(theorems: readonly TheoremSummary[]): LogAxis {
  return logAxis(theorems.flatMap(({ tightness }) => (tightness ? [tightness.q05, tightness.q95] : [])));
}

/** Critical step over the exact one as a bar from the 5 % to the 95 % quantile with the median on it. */
export function tightnessBar(summary: TheoremSummary, axis: LogAxis): Markup {
  const { tightness } = summary;
  if (!tightness)
    return markup`<span class="none"><span aria-hidden="true">–</span><span class="unseen">no critical step</span></span>`;
  const [low, median, high] = [tightness.q05, tightness.median, tightness.q95].map(axis.position);
  const words = [tightness.q05, tightness.median, tightness.q95].map(significant);
  const one = axis.position(1);
  return markup`<svg class="strip bar ${allowedSide(summary)}" role="img" aria-label="5 %: ${words[0]!}, median ${words[1]!}, 95 %: ${words[2]!}" width="100%" height="${HEIGHT}"><line class="one" x1="${one}%" x2="${one}%" y1="0" y2="${HEIGHT}"/><line class="range" x1="${low!}%" x2="${high!}%" y1="8" y2="8"/><circle cx="${median!}%" cy="8" r="4.5"/></svg>`;
}
