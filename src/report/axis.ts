import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { markup, type Markup } from './markup.js';
import { plainNumber } from './number-format.js';

/** An axis of a figure or a picture: places of values along it, and the values that get a mark. */
export interface Axis {
  /** Place from the left or lower end in percent of the length; values beyond the ends are put on them. */
  readonly position: (value: number) => number;
  readonly ticks: readonly number[];
}

const MOST_TICKS = 6;

/** Mantissas of the marks of a logarithmic axis, from coarse to fine. */
const MANTISSAS = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]] as const;

/** Linear axis from `low` to `high`. */
export function linearAxis(
  low: number,
  high: number,
  ticks: readonly number[] = roundTicks(low, high),
): Axis {
  return axisOf(scaleLinear([low, high], [0, 100]), ticks);
}

/** Logarithmic axis from `low` to `high`, 0 < low < high. */
export function logAxis(low: number, high: number, ticks: readonly number[] = logTicks(low, high)): Axis {
  return axisOf(scaleLog([low, high], [0, 100]), ticks);
}

function axisOf(scale: ScaleContinuousNumeric<number, number>, ticks: readonly number[]): Axis {
  scale.clamp(true);
  return { position: (value) => hundredths(scale(value)), ticks };
}

function hundredths(place: number): number {
  return Number(place.toFixed(2));
}

/** Multiples of 1, 2 or 5 times a power of ten within the ends, at most `most`. */
export function roundTicks(low: number, high: number, most = MOST_TICKS): number[] {
  const step = [1, 2, 5, 10, 20]
    .map((mantissa) => mantissa * 10 ** Math.floor(Math.log10((high - low) / most)))
    .find((candidate) => (high - low) / candidate <= most - 1)!;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/** The finest of the sets of mantissas that does not crowd the axis; of very many decades evenly spaced ones. */
export function logTicks(
  low: number,
  high: number,
  mantissas: readonly (readonly number[])[] = MANTISSAS,
  most = MOST_TICKS,
): number[] {
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, k) => first + k);
  const within = (tick: number): boolean => tick >= low && tick <= high;
  const sets = mantissas.map((set) =>
    decades.flatMap((decade) => set.map((mantissa) => Number(`${mantissa}e${decade}`))).filter(within),
  );
  const stride = Math.ceil(decades.length / most);
  const sparse = decades.filter((decade) => decade % stride === 0).map((decade) => Number(`1e${decade}`));
  return sets.findLast((ticks) => ticks.length <= most) ?? sparse.filter(within);
}

/** Least ratio of the ends of a logarithmic axis: less, and it would have no marks. */
const LEAST_RATIO = 4;

/** Logarithmic axis on which all values (> 0) have room. @throws RangeError without values. */
export function logAxisAround(values: readonly number[], room = 1.25): Axis {
  if (values.length === 0) throw new RangeError('values must not be empty');
  const [smallest, largest] = [
    values.reduce((a, b) => Math.min(a, b)),
    values.reduce((a, b) => Math.max(a, b)),
  ];
  const widen = Math.max(room, Math.sqrt(LEAST_RATIO / (largest / smallest)));
  return logAxis(smallest / widen, largest * widen);
}

/** Share of the length that is left free at each end of an axis of ratios. */
const RATIO_MARGIN = 0.04;

/** An axis of ratios spans at least this factor to each side of 1 that has a ratio. */
const LEAST_FACTOR = 1.25;

const RATIO_MANTISSAS = [...MANTISSAS, [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]];

/** Logarithmic axis on which all the ratios and 1 have room. */
export function ratioAxis(ratios: readonly number[]): Axis {
  const smallest = Math.min(1, ...ratios);
  const largest = Math.max(1, ...ratios);
  const low = smallest < 1 ? Math.min(smallest, 1 / LEAST_FACTOR) : 1 / Math.sqrt(LEAST_FACTOR);
  const high = largest > 1 ? Math.max(largest, LEAST_FACTOR) : Math.sqrt(LEAST_FACTOR);
  const room = (high / low) ** RATIO_MARGIN;
  return logAxis(low / room, high * room, logTicks(low, high, RATIO_MANTISSAS, MOST_TICKS + 1));
}

/** Axis of the mixings above alpha*, wide near alpha* and near 1, where a little decides much. */
export interface MixingAxis extends Pick<Axis, 'position'> {
  /** Places with their labels. */
  readonly labels: readonly (readonly [place: number, label: string])[];
  /** Left and right border of the column of each of some alphas (ascending): half way to its neighbours. */
  readonly columns: (alphas: readonly number[]) => (readonly [from: number, to: number])[];
}

/** Places of the labels, in percent. */
const LABEL_PLACES = [25, 50, 75];

/** By how much a label may be beside the place of its number, in percent of the length. */
const LABEL_ERROR = 1.5;

const ALPHA_DIGITS = [2, 3, 4, 5, 6] as const;

/** Room on both sides of a single alpha, in units of log odds. */
const ROOM_ALONE = 0.2;

/**
 * The odds of t = (alpha - alpha*)/(1 - alpha*) on a logarithmic axis.
 *
 * @param alphas those that have to fit. @throws RangeError without any between alpha* and 1.
 */
export function mixingAxis(alphas: readonly number[], alphaStar: number): MixingAxis {
  const logOdds = (alpha: number): number => Math.log((alpha - alphaStar) / (1 - alpha));
  const inside = alphas.filter((alpha) => alpha > alphaStar && alpha < 1);
  if (inside.length === 0)
    throw new RangeError(`alphas must hold one in (${alphaStar}, 1); got ${alphas.join(', ')}`);
  const borders = midpoints(inside.map(logOdds).sort((a, b) => a - b));
  const [from, to] = [borders[0]!, borders.at(-1)!];
  const place = linearAxis(from, to).position;
  const alphaAt = (percent: number): number => {
    const odds = Math.exp(from + (percent / 100) * (to - from));
    return (alphaStar + odds) / (1 + odds);
  };
  const position = (alpha: number): number =>
    alpha <= alphaStar ? 0 : alpha >= 1 ? 100 : place(logOdds(alpha));
  return {
    position,
    labels: LABEL_PLACES.map((percent) => [percent, String(roundedAlpha(alphaAt(percent), position))]),
    columns: (some) => {
      const own = midpoints(some.map(logOdds)).map(place);
      return some.map((_, k) => [own[k]!, own[k + 1]!]);
    },
  };
}

/** An alpha with as few digits as keep it at its place. */
function roundedAlpha(alpha: number, position: (alpha: number) => number): number {
  const digits = ALPHA_DIGITS.find(
    (count) => Math.abs(position(Number(alpha.toPrecision(count))) - position(alpha)) < LABEL_ERROR,
  );
  return Number(alpha.toPrecision(digits ?? ALPHA_DIGITS.at(-1)!));
}

/** Borders between ascending numbers, and beyond the outermost as far as on their other side. */
function midpoints(ascending: readonly number[]): number[] {
  const between = ascending.slice(1).map((x, k) => (x + ascending[k]!) / 2);
  const [first, last] = [ascending[0]!, ascending.at(-1)!];
  const before = between.length > 0 ? between[0]! - first : ROOM_ALONE;
  const after = between.length > 0 ? last - between.at(-1)! : ROOM_ALONE;
  return [first - before, ...between, last + after];
}

/**
 * Borders of the cells, one more than there are: halfway between neighbours on the scale of the axis. A single
 * cell reaches half a unit (log: a tenth) to both sides.
 */
export function cellBorders(scale: 'linear' | 'log', values: readonly number[]): number[] {
  const place = values.map((value) => (scale === 'log' ? Math.log(value) : value));
  const step = (a: number, b: number): number => (place[b]! - place[a]!) / 2;
  const n = place.length;
  const single = scale === 'log' ? 0.1 : 0.5;
  const first = place[0]! - (n > 1 ? step(0, 1) : single);
  const last = place[n - 1]! + (n > 1 ? step(n - 2, n - 1) : single);
  const between = place.slice(1).map((_, k) => (place[k]! + place[k + 1]!) / 2);
  return [first, ...between, last].map((x) => (scale === 'log' ? Math.exp(x) : x));
}

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
