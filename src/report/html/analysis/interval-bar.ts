import { markup, type Markup } from '../markup.js';
import type { AnsweredAnalysis } from './analysis-page.js';
import type { ValueScale } from './value-scale.js';

type Estimated = 'alphaStar' | 'etaStar';

/** Between a threshold and its number: equal to it, or estimated from a part of the samples. */
export function intervalSign({ subset }: AnsweredAnalysis, name: Estimated): '=' | '≈' {
  return subset && !subset.intervals[name].exact ? '≈' : '=';
}

/** The interval of a threshold that is estimated, as a bar on its axis; nothing if it is known. */
export function intervalBar(
  { subset }: AnsweredAnalysis,
  name: Estimated,
  { position }: ValueScale,
  y: number,
): Markup | null {
  if (!subset || subset.intervals[name].exact) return null;
  const { low, high } = subset.intervals[name];
  const from = low > 0 ? position(low) : 0;
  const to = high === null ? 100 : position(high);
  return markup`<line class="interval open" x1="${from}%" x2="${to}%" y1="${y}" y2="${y}"/>`;
}
