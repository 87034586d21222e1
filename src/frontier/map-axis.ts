/** One axis of a map. */
export interface MapAxis {
  /** Name of the quantity in files: eta. */
  readonly name: string;
  /** What the axis says, with the symbol: "step size η". */
  readonly title: string;
  /** null: a number without unit. */
  readonly unit: string | null;
  readonly scale: 'linear' | 'log';
  /** Centres of the cells, ascending. */
  readonly values: readonly number[];
}

/** An axis whose cells are equally wide. */
export function linearAxis(
  name: string,
  title: string,
  values: readonly number[],
  unit: string | null = null,
): MapAxis {
  return { name, title, unit, scale: 'linear', values };
}

/** An axis whose cells have equal ratios. */
export function logAxis(name: string, title: string, values: readonly number[]): MapAxis {
  return { name, title, unit: null, scale: 'log', values };
}

/** `count` values at the centres of equal parts of [low, high]. */
export function linearValues(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => rounded(low + ((high - low) * (k + 0.5)) / count));
}

/** `count` values at the centres of parts of [low, high] of equal ratio; 0 < low < high. */
export function logValues(low: number, high: number, count: number): number[] {
  const ratio = Math.log(high / low);
  return Array.from({ length: count }, (_, k) => rounded(low * Math.exp((ratio * (k + 0.5)) / count)));
}

/** At most `count` of the integers low .. high, evenly spread, ends included. */
export function integerValues(low: number, high: number, count: number): number[] {
  const all = high - low + 1;
  if (count >= all) return Array.from({ length: all }, (_, k) => low + k);
  if (count === 1) return [Math.round((low + high) / 2)];
  return Array.from({ length: count }, (_, k) => Math.round(low + ((high - low) * k) / (count - 1)));
}

/**
 * Value at a position in cells, of which 0.5 is the centre of the first: interpolated on the scale of the axis.
 */
export function valueAtPosition({ scale, values }: MapAxis, position: number): number {
  const k = Math.min(Math.max(0, Math.floor(position - 0.5)), Math.max(0, values.length - 2));
  const share = position - 0.5 - k;
  const [low, high] = [values[k]!, values[k + 1] ?? values[k]!];
  return scale === 'log' ? low * (high / low) ** share : low + (high - low) * share;
}

/** Eight digits: what a person can read again, and the same in every file. */
function rounded(x: number): number {
  return Number(x.toPrecision(8));
}
