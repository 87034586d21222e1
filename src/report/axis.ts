import { markup, type Markup } from './markup.js';
import { plainNumber, significant } from './number-format.js';

/** A logarithmic axis for ratios, 1 always on it. */
export interface RatioAxis {
  /** Place of a ratio from the left end, in percent; ratios beyond the ends are put on them. */
  readonly position: (ratio: number) => number;
  /** Ratios with a mark and a label. */
  readonly ticks: readonly number[];
}

/** Share of the length that is left free at each end. */
const MARGIN = 0.04;

/** The axis spans at least this factor to each side of 1 that has a ratio. */
const LEAST_FACTOR = 1.25;

const MOST_RATIO_TICKS = 7;

/** Mantissas of the marks, from coarse to fine. */
const RATIO_MANTISSAS = [
  [1],
  [1, 3],
  [1, 2, 5],
  [1, 1.5, 2, 3, 5, 7],
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 7, 8, 9],
] as const;

/** An axis on which all the ratios have room. */
export function ratioAxis(ratios: readonly number[]): RatioAxis {
  const smallest = Math.min(1, ...ratios);
  const largest = Math.max(1, ...ratios);
  const from = Math.log(smallest < 1 ? Math.min(smallest, 1 / LEAST_FACTOR) : 1 / Math.sqrt(LEAST_FACTOR));
  const to = Math.log(largest > 1 ? Math.max(largest, LEAST_FACTOR) : Math.sqrt(LEAST_FACTOR));
  const margin = MARGIN * (to - from);
  const length = to - from + 2 * margin;
  const position = (ratio: number): number => {
    const share = (Math.log(ratio) - from + margin) / length;
    return Number((100 * Math.min(1, Math.max(0, share))).toFixed(2));
  };
  return { position, ticks: ticksBetween(Math.exp(from), Math.exp(to)) };
}

/** The finest of the mark sets that does not crowd the axis. */
function ticksBetween(low: number, high: number): number[] {
  const decades = Array.from(
    { length: Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, k) => Math.floor(Math.log10(low)) + k,
  );
  const sets = RATIO_MANTISSAS.map((mantissas) =>
    decades
      .flatMap((decade) => mantissas.map((mantissa) => Number(`${mantissa}e${decade}`)))
      .filter((tick) => tick >= low && tick <= high),
  );
  return sets.findLast((ticks) => ticks.length <= MOST_RATIO_TICKS) ?? [1];
}

/** The marks of an axis with their numbers below. */
export function axisLabels({ ticks, position }: RatioAxis): Markup {
  return markup`<svg class="strip" width="100%" height="22">${ticks.map((tick) => {
    const x = position(tick);
    return markup`<line class="tick" x1="${x}%" x2="${x}%" y1="0" y2="5"/><text x="${x}%" y="18" text-anchor="middle">${significant(tick)}</text>`;
  })}</svg>`;
}

/** Faint lines at the marks, through a strip. */
export function gridLines({ ticks, position }: RatioAxis, height: number): Markup[] {
  return ticks.map((tick) => {
    const x = position(tick);
    return markup`<line class="grid" x1="${x}%" x2="${x}%" y1="0" y2="${height}"/>`;
  });
}

/** An axis for values: places in percent of its length, and the values that get a mark. */
export interface ValueScale {
  /** Place from the left (or lower) end in percent; values beyond the ends are put on them. */
  readonly position: (value: number) => number;
  readonly ticks: readonly number[];
}

const MOST_TICKS = 6;

/** Mantissas of the marks of a logarithmic axis, from coarse to fine. */
const MANTISSAS = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]] as const;

/** Least ratio of the ends of a logarithmic axis: less, and it would have no marks. */
const LEAST_RATIO = 4;

/** A linear axis from `low` to `high`, with at most so many round marks. */
export function linearScale(low: number, high: number, most = MOST_TICKS): ValueScale {
  const step = [1, 2, 5, 10, 20]
    .map((mantissa) => mantissa * 10 ** Math.floor(Math.log10((high - low) / most)))
    .find((candidate) => (high - low) / candidate <= most - 1)!;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return {
    position: (value) => percentOf((value - low) / (high - low)),
    ticks: Array.from({ length: count }, (_, k) => Number(((first + k) * step).toPrecision(12))),
  };
}

/** A logarithmic axis on which all values (> 0) have room. @throws RangeError without values. */
export function logScale(values: readonly number[], room = 1.25): ValueScale {
  if (values.length === 0) throw new RangeError('values must not be empty');
  const [smallest, largest] = [
    values.reduce((a, b) => Math.min(a, b)),
    values.reduce((a, b) => Math.max(a, b)),
  ];
  const widen = Math.max(room, Math.sqrt(LEAST_RATIO / (largest / smallest)));
  const [low, high] = [smallest / widen, largest * widen];
  return {
    position: (value) => percentOf(Math.log(value / low) / Math.log(high / low)),
    ticks: logTicks(low, high),
  };
}

/** The finest of the mark sets that does not crowd the axis; of very many decades evenly spaced ones. */
function logTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, k) => first + k);
  const within = (tick: number): boolean => tick >= low && tick <= high;
  const sets = MANTISSAS.map((mantissas) =>
    decades.flatMap((decade) => mantissas.map((mantissa) => Number(`${mantissa}e${decade}`))).filter(within),
  );
  const stride = Math.ceil(decades.length / MOST_TICKS);
  const sparse = decades.filter((decade) => decade % stride === 0).map((decade) => Number(`1e${decade}`));
  return sets.findLast((ticks) => ticks.length <= MOST_TICKS) ?? sparse.filter(within);
}

function percentOf(share: number): number {
  return Number((100 * Math.min(1, Math.max(0, share))).toFixed(2));
}

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

/** An axis for the mixings above alpha*, wide near alpha* and near 1, where a little decides much. */
export interface MixingScale {
  /** Place from the left end in percent; alphas beyond the ends are put on them. */
  readonly position: (alpha: number) => number;
  /** Places with their labels. */
  readonly labels: readonly (readonly [place: number, label: string])[];
  /** Left and right border of the column of each of some alphas (ascending): half way to its neighbours. */
  readonly columns: (alphas: readonly number[]) => (readonly [from: number, to: number])[];
}

/** Places of the labels, in percent. */
const LABELLED = [25, 50, 75];

/** By how much a label may be beside the place of its number, in percent of the length. */
const LABEL_ERROR = 1.5;

const DIGITS = [2, 3, 4, 5, 6] as const;

/** Room beyond the outermost alphas if there is but one, in units of log odds. */
const ALONE = 0.2;

/**
 * The odds of t = (alpha - alpha*)/(1 - alpha*) on a logarithmic axis.
 *
 * @param alphas those that have to fit. @throws RangeError without any between alpha* and 1.
 */
export function mixingScale(alphas: readonly number[], alphaStar: number): MixingScale {
  const logOdds = (alpha: number): number => Math.log((alpha - alphaStar) / (1 - alpha));
  const inside = alphas.filter((alpha) => alpha > alphaStar && alpha < 1);
  if (inside.length === 0)
    throw new RangeError(`alphas must hold one in (${alphaStar}, 1); got ${alphas.join(', ')}`);
  const borders = midpoints(inside.map(logOdds).sort((a, b) => a - b));
  const [from, to] = [borders[0]!, borders.at(-1)!];
  const place = (x: number): number =>
    Number((100 * Math.min(1, Math.max(0, (x - from) / (to - from)))).toFixed(2));
  const alphaAt = (percent: number): number => {
    const odds = Math.exp(from + (percent / 100) * (to - from));
    return (alphaStar + odds) / (1 + odds);
  };
  const position = (alpha: number): number =>
    alpha <= alphaStar ? 0 : alpha >= 1 ? 100 : place(logOdds(alpha));
  return {
    position,
    labels: LABELLED.map((percent) => [percent, String(rounded(alphaAt(percent), position))]),
    columns: (some) => {
      const own = midpoints(some.map(logOdds)).map(place);
      return some.map((_, k) => [own[k]!, own[k + 1]!]);
    },
  };
}

/** With as few digits as keep it at its place. */
function rounded(alpha: number, position: (alpha: number) => number): number {
  const digits = DIGITS.find(
    (count) => Math.abs(position(Number(alpha.toPrecision(count))) - position(alpha)) < LABEL_ERROR,
  );
  return Number(alpha.toPrecision(digits ?? DIGITS.at(-1)!));
}

/** Borders between ascending numbers, and beyond the outermost as far as on their other side. */
function midpoints(ascending: readonly number[]): number[] {
  const between = ascending.slice(1).map((x, k) => (x + ascending[k]!) / 2);
  const [first, last] = [ascending[0]!, ascending.at(-1)!];
  const before = between.length > 0 ? between[0]! - first : ALONE;
  const after = between.length > 0 ? last - between.at(-1)! : ALONE;
  return [first - before, ...between, last + after];
}
