import { markup, type Markup } from '../markup.js';
import { plainNumber } from './plain-number.js';
import type { ValueScale } from './value-scale.js';

/** Text at a place of an axis, kept inside its ends: on the narrowest strips a letter takes 2.4 % of the length. */
export function textAt(place: number, y: number, text: string, name = 'tag'): Markup {
  const half = 1.2 * text.length;
  const anchor = place < half ? 'start' : place > 100 - half ? 'end' : 'middle';
  return markup`<text class="${name}" x="${place}%" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

/** Marks of a horizontal axis with their numbers, below `y`. */
export function scaleLabels({ ticks, position }: ValueScale, y: number, label = plainNumber): Markup[] {
  return ticks.map((tick) => {
    const place = position(tick);
    const text = label(tick);
    // Numbers have the room of the margin beside the strip, too.
    const anchor = place > 100 - 0.6 * text.length ? 'end' : 'middle';
    return markup`<line class="tick" x1="${place}%" x2="${place}%" y1="${y}" y2="${y + 4}"/><text x="${place}%" y="${y + 17}" text-anchor="${anchor}">${text}</text>`;
  });
}

/** Faint vertical lines at the marks. */
export function scaleGrid({ ticks, position }: ValueScale, y: number, height: number): Markup[] {
  return ticks.map((tick) => {
    const place = position(tick);
    return markup`<line class="grid" x1="${place}%" x2="${place}%" y1="${y}" y2="${y + height}"/>`;
  });
}

/** A shape drawn around (0, 0) in pixels, put at a place of an axis. */
export function shapeAt(place: number, y: number, path: string, name: string): Markup {
  return markup`<svg x="${place}%" y="${y}" overflow="visible"><path class="${name}" d="${path}"/></svg>`;
}

/** A pointer downwards, with its point at (0, 0). */
export const POINTER = 'M0 0L-5.5 -9H5.5Z';
