import type { LogAxis } from './log-axis.js';
import { markup, type Markup } from './markup.js';

/** Dots closer than this on the axis (in percent of its length) are stacked. */
const CLOSE = 0.9;

/** Most distance between the centres of stacked dots, in pixels. */
const SPACING = 5;

/**
 * Ratios as dots along an axis, those at about the same place above each other. Places along the axis are in
 * percent and everything else in pixels, so that the picture fits any width.
 */
export function dots(ratios: readonly number[], axis: LogAxis, height: number, radius = 3): Markup[] {
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
