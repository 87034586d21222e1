/** A logarithmic axis for ratios, 1 always on it. */
export interface LogAxis {
  /** Place of a ratio from the left end, in percent; ratios beyond the ends are put on them. */
  readonly position: (ratio: number) => number;
  /** Ratios with a mark and a label. */
  readonly ticks: readonly number[];
}

/** Share of the length that is left free at each end. */
const MARGIN = 0.04;

/** The axis spans at least this factor to each side of 1 that has a ratio. */
const LEAST_FACTOR = 1.25;

const MOST_TICKS = 7;

/** Mantissas of the marks, from coarse to fine. */
const MARKS = [
  [1],
  [1, 3],
  [1, 2, 5],
  [1, 1.5, 2, 3, 5, 7],
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 7, 8, 9],
] as const;

/** An axis on which all the ratios have room. */
export function logAxis(ratios: readonly number[]): LogAxis {
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
  const sets = MARKS.map((mantissas) =>
    decades
      .flatMap((decade) => mantissas.map((mantissa) => Number(`${mantissa}e${decade}`)))
      .filter((tick) => tick >= low && tick <= high),
  );
  return sets.findLast((ticks) => ticks.length <= MOST_TICKS) ?? [1];
}
