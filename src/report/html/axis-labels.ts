import { significant } from '../number-format.js';
import type { LogAxis } from './log-axis.js';
import { markup, type Markup } from './markup.js';

/** The marks of an axis with their numbers below. */
export function axisLabels({ ticks, position }: LogAxis): Markup {
  return markup`<svg class="strip" width="100%" height="22">${ticks.map((tick) => {
    const x = position(tick);
    return markup`<line class="tick" x1="${x}%" x2="${x}%" y1="0" y2="5"/><text x="${x}%" y="18" text-anchor="middle">${significant(tick)}</text>`;
  })}</svg>`;
}

/** Faint lines at the marks, through a strip. */
export function gridLines({ ticks, position }: LogAxis, height: number): Markup[] {
  return ticks.map((tick) => {
    const x = position(tick);
    return markup`<line class="grid" x1="${x}%" x2="${x}%" y1="0" y2="${height}"/>`;
  });
}
