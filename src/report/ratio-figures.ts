import type { TheoremSummary } from '../harness/summary.js';
import { type Axis, axisStrip, gridLines, ratioAxis } from './axis.js';
import { markup, type Markup } from './markup.js';
import { significant } from './number-format.js';
import { section } from './page.js';

const CHAIN_HEIGHT = 34;

/** Marks of an axis of ratios. */
const RATIO_MARKS = { length: 5, label: significant };

/** From the lower bounds on the exact threshold to the upper ones. */
const ORDER: readonly AllowedSide[] = ['below', 'exact', 'above'];

/** All critical steps over the exact one, theorem by theorem from the lower bounds to the upper ones. */
export function chainFigure(theorems: readonly TheoremSummary[]): Markup | null {
  const chained = ORDER.flatMap((side) =>
    theorems.filter((summary) => summary.ratios && allowedSide(summary) === side),
  );
  if (chained.length === 0) return null;
  const axis = ratioAxis(chained.flatMap(({ ratios }) => ratios!.values));
  return section(
    'chain',
    'Chain of bounds',
    markup`<p>${chainSentence(chained)} Each dot is one instance’s critical step over its exact η*.</p>
<figure>
<div class="plot chain" role="img" aria-label="Critical step over the exact one. ${chained.map(rangeSentence).join(' ')}">
${chained.map((summary) => chainRow(summary, axis))}
<span></span>${axisStrip(axis, RATIO_MARKS)}
</div>
<figcaption><span class="key below">stable below (lower bounds on η*)</span> <span class="key exact">exact</span> <span class="key above">diverges above (upper bounds on η*)</span>. Shaded: where the dots of a theorem may lie. Logarithmic axis; of more than 101 instances a theorem, evenly many are shown.</figcaption>
</figure>`,
  );
}

function chainRow(summary: TheoremSummary, axis: Axis): Markup {
  const side = allowedSide(summary);
  return markup`<span class="label">${summary.id}</span><svg class="strip ${side}" width="100%" height="${CHAIN_HEIGHT}">${gridLines(axis, CHAIN_HEIGHT)}${allowedArea(side, axis, CHAIN_HEIGHT)}<rect class="frame" width="100%" height="${CHAIN_HEIGHT}"/>${dots(summary.ratios!.values, axis, CHAIN_HEIGHT, 2.6)}</svg>`;
}

/** "D2, U5 <= eta* <= U2, U3" of the theorems in the figure. */
function chainSentence(theorems: readonly TheoremSummary[]): string {
  const names = (side: AllowedSide): string =>
    theorems
      .filter((summary) => allowedSide(summary) === side)
      .map(({ id }) => id)
      .join(', ');
  const parts = [names('below'), ['η*', names('exact')].filter(Boolean).join(' = '), names('above')];
  return `${parts.filter(Boolean).join(' ≤ ')}.`;
}

function rangeSentence({ id, ratios }: TheoremSummary): string {
  const { values } = ratios!;
  return `${id}: ${significant(values[0]!)} to ${significant(values.at(-1)!)}.`;
}

const RATIO_HEIGHT = 84;

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
  const axis = ratioAxis(values);
  const side = allowedSide(summary);
  const range = `${significant(values[0]!)} to ${significant(values.at(-1)!)}`;
  const thinned = values.length < count ? `, of which ${values.length} are shown` : '';
  return markup`<figure>
<div class="plot" role="img" aria-label="Critical step of ${id} over the exact one on ${count} instances: from ${range}, median ${significant(tightness.median)}."><svg class="strip ${side}" width="100%" height="${RATIO_HEIGHT}">${gridLines(axis, RATIO_HEIGHT)}${allowedArea(side, axis, RATIO_HEIGHT)}<rect class="frame" width="100%" height="${RATIO_HEIGHT}"/>${dots(values, axis, RATIO_HEIGHT, 3.5)}</svg>${axisStrip(axis, RATIO_MARKS)}</div>
<figcaption>The theorem’s critical step over the exact η*, a dot an instance (${count} instances${thinned}; logarithmic axis). ${MEANING[side]}. Range ${range}, median ${significant(tightness.median)}.</figcaption>
</figure>`;
}

const BAR_HEIGHT = 16;

/** One axis for the tightness bars of all theorems. */
export function tightnessAxis(theorems: readonly TheoremSummary[]): Axis {
  return ratioAxis(theorems.flatMap(({ tightness }) => (tightness ? [tightness.q05, tightness.q95] : [])));
}

/** Critical step over the exact one as a bar from the 5 % to the 95 % quantile with the median on it. */
export function tightnessBar(summary: TheoremSummary, axis: Axis): Markup {
  const { tightness } = summary;
  if (!tightness)
    return markup`<span class="none"><span aria-hidden="true">–</span><span class="unseen">no critical step</span></span>`;
  const [low, median, high] = [tightness.q05, tightness.median, tightness.q95].map(axis.position);
  const words = [tightness.q05, tightness.median, tightness.q95].map(significant);
  const one = axis.position(1);
  return markup`<svg class="strip bar ${allowedSide(summary)}" role="img" aria-label="5 %: ${words[0]!}, median ${words[1]!}, 95 %: ${words[2]!}" width="100%" height="${BAR_HEIGHT}"><line class="one" x1="${one}%" x2="${one}%" y1="0" y2="${BAR_HEIGHT}"/><line class="range" x1="${low!}%" x2="${high!}%" y1="8" y2="8"/><circle cx="${median!}%" cy="8" r="4.5"/></svg>`;
}

/** Side of the exact critical step on which a theorem's may lie: at or above, at or below, or on it. */
type AllowedSide = 'above' | 'below' | 'exact';

function allowedSide({ asserts }: TheoremSummary): AllowedSide {
  if (asserts === 'both') return 'exact';
  return asserts === 'stability' ? 'below' : 'above';
}

/** The allowed side as a shaded area, and the line at ratio 1. */
function allowedArea(side: AllowedSide, axis: Axis, height: number): Markup {
  const one = axis.position(1);
  const [from, to] = { above: [one, 100], below: [0, one], exact: [one, one] }[side];
  return markup`<rect class="allowed" x="${from!}%" y="0" width="${Number((to! - from!).toFixed(2))}%" height="${height}"/><line class="one" x1="${one}%" x2="${one}%" y1="0" y2="${height}"/>`;
}

/** Dots closer than this on the axis (in percent of its length) are stacked. */
const CLOSE = 0.9;

/** Most distance between the centres of stacked dots, in pixels. */
const SPACING = 5;

/**
 * Ratios as dots along an axis, those at about the same place above each other. Places along the axis are in
 * percent and everything else in pixels, so that the picture fits any width.
 */
export function dots(ratios: readonly number[], axis: Axis, height: number, radius = 3): Markup[] {
  const stacks = new Map<number, number[]>();
  for (const ratio of ratios) {
    const place = axis.position(ratio);
    const stack = Math.round(place / CLOSE);
    stacks.set(stack, [...(stacks.get(stack) ?? []), place]);
  }
  const room = height - 2 * radius - 2;
  return [...stacks.values()].flatMap((places) => {
    const spacing = Math.min(SPACING, room / Math.max(1, places.length - 1));
    return places.map((place, k) => {
      // From the middle outwards: 0, +1, -1, +2, -2 ..
      const level = (k % 2 === 1 ? 1 : -1) * Math.ceil(k / 2);
      const y = Number((height / 2 + level * spacing).toFixed(1));
      return markup`<circle cx="${place}%" cy="${y}" r="${radius}"/>`;
    });
  });
}
