import type { TheoremSummary } from '../../harness/summary.js';
import type { LogAxis } from './log-axis.js';
import { markup, type Markup } from './markup.js';

/** Where a theorem's critical step may lie: at or above the exact one, at or below it, or on it. */
export type AllowedSide = 'above' | 'below' | 'exact';

export function allowedSide({ asserts }: TheoremSummary): AllowedSide {
  if (asserts === 'both') return 'exact';
  return asserts === 'stability' ? 'below' : 'above';
}

/** The allowed side as a shaded area, and the line at ratio 1. */
export function allowedArea(side: AllowedSide, axis: LogAxis, height: number): Markup {
  const one = axis.position(1);
  const [from, to] = { above: [one, 100], below: [0, one], exact: [one, one] }[side];
  return markup`<rect class="allowed" x="${from!}%" y="0" width="${Number((to! - from!).toFixed(2))}%" height="${height}"/><line class="one" x1="${one}%" x2="${one}%" y1="0" y2="${height}"/>`;
}
