import type { TheoremSummary } from '../../harness/summary.js';
import { significant } from '../number-format.js';
import { allowedArea, allowedSide, type AllowedSide } from './allowed-side.js';
import { axisLabels, gridLines } from './axis-labels.js';
import { dots } from './dots.js';
import { logAxis } from './log-axis.js';
import { markup, type Markup } from './markup.js';

const HEIGHT = 84;

const MEANING: Readonly<Record<AllowedSide, string>> = {
  above: 'It asserts divergence above its critical step, so no dot may lie left of 1',
  below: 'It asserts stability below its critical step, so no dot may lie right of 1',
  exact: 'It asserts both sides, so every dot must lie on 1',
};

/** The theorem's critical step over the exact one, a dot an instance; nothing where there are none. */
export function ratioFigure(summary: TheoremSummary): Markup | null {
  const { id, ratios, tightness } = summary;
  if (!ratios || !tightness) return null;
  const { count, values } = ratios;
  const axis = logAxis(values);
  const side = allowedSide(summary);
  const range = `${significant(values[0]!)} to ${significant(values.at(-1)!)}`;
  const thinned = values.length < count ? `, of which ${values.length} are shown` : '';
  return markup`<figure>
<div class="plot" role="img" aria-label="Critical step of ${id} over the exact one on ${count} instances: from ${range}, median ${significant(tightness.median)}."><svg class="strip ${side}" width="100%" height="${HEIGHT}">${gridLines(axis, HEIGHT)}${allowedArea(side, axis, HEIGHT)}<rect class="frame" width="100%" height="${HEIGHT}"/>${dots(values, axis, HEIGHT, 3.5)}</svg>${axisLabels(axis)}</div>
<figcaption>The theorem’s critical step over the exact η*, a dot an instance (${count} instances${thinned}; logarithmic axis). ${MEANING[side]}. Range ${range}, median ${significant(tightness.median)}.</figcaption>
</figure>`;
}
