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
