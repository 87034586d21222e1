/** A line of the table of measured figures. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly promised: string;
}

export function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** Median of the seconds of a piece of work. */
export function medianSeconds(rounds: number, work: () => void): number {
  return median(Array.from({ length: rounds }, () => seconds(work)));
}

/** Median of the ratio of two pieces of work, run in turn. */
export function ratio(rounds: number, slow: () => void, fast: () => void): number {
  return median(Array.from({ length: rounds }, () => seconds(slow) / seconds(fast)));
}

export function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
