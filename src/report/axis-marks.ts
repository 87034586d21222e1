import type { Axis } from './axis.js';
import { markup, type Markup } from './markup.js';
import { plainNumber } from './number-format.js';

/** Style of the marks of an axis. */
interface MarkStyle {
  /** Pixels from the top. */
  readonly y?: number;
  /** Pixels of a mark. */
  readonly length?: number;
  readonly label?: (tick: number) => string;
}

/** Marks of a horizontal axis with their numbers below, for a strip as wide as the axis. */
export function axisMarks(
  { ticks, position }: Axis,
  { y = 0, length = 4, label = plainNumber }: MarkStyle = {},
): Markup[] {
  return ticks.map((tick) => {
    const place = position(tick);
    const text = label(tick);
    // Numbers have the room of the margin beside the strip, too.
    const anchor = place > 100 - 0.6 * text.length ? 'end' : 'middle';
    return markup`<line class="tick" x1="${place}%" x2="${place}%" y1="${y}" y2="${y + length}"/><text x="${place}%" y="${y + length + 13}" text-anchor="${anchor}">${text}</text>`;
  });
}

/** Strip that holds nothing but the marks of an axis. */
export function axisStrip(axis: Axis, style?: MarkStyle): Markup {
  return markup`<svg class="strip" width="100%" height="22">${axisMarks(axis, style)}</svg>`;
}

/** Faint vertical lines at the marks of an axis, through a strip. */
export function gridLines({ ticks, position }: Axis, height: number): Markup[] {
  return ticks.map((tick) => {
    const place = position(tick);
    return markup`<line class="grid" x1="${place}%" x2="${place}%" y1="0" y2="${height}"/>`;
  });
}

/** Text at a place of an axis, kept inside its ends: on the narrowest strips a letter takes 2.4 % of the length. */
export function textAt(place: number, y: number, text: string, name = 'tag'): Markup {
  const half = 1.2 * text.length;
  const anchor = place < half ? 'start' : place > 100 - half ? 'end' : 'middle';
  return markup`<text class="${name}" x="${place}%" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

/** A shape drawn around (0, 0) in pixels, put at a place of an axis. */
export function shapeAt(place: number, y: number, path: string, name: string): Markup {
  return markup`<svg x="${place}%" y="${y}" overflow="visible"><path class="${name}" d="${path}"/></svg>`;
}

/** A pointer downwards, with its point at (0, 0). */
export const POINTER = 'M0 0L-5.5 -9H5.5Z';
