import { markup, type Markup } from '../markup.js';

/** A value in a column of a picture. */
export interface Stair {
  /** Left and right border in percent. */
  readonly columns: readonly [from: number, to: number];
  /** Pixels from the top; null: no value. */
  readonly height: number | null;
}

/** Values of neighbouring columns as a line in stairs, broken where there is no value. */
export function stairs(values: readonly Stair[], name: string): Markup[] {
  return values.flatMap(({ columns: [from, to], height }, k) => {
    if (height === null) return [];
    const before = values[k - 1] ?? { columns: [0, 0], height: null };
    const joined = before.height !== null && before.columns[1] === from;
    return [
      ...(joined ? [line(name, [from, before.height], [from, height])] : []),
      line(name, [from, height], [to, height]),
    ];
  });
}

function line(
  name: string,
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
): Markup {
  return markup`<line class="edge ${name}" x1="${x1}%" x2="${x2}%" y1="${y1}" y2="${y2}"/>`;
}
