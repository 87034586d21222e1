/** The sizes 0 .. n of a batch: bounds on |move| and probabilities. */
export interface SizeLaw {
  readonly norms: readonly number[];
  readonly probabilities: Float64Array;
}

/** Sums of p, p v and p v^2 over the sizes of a batch from a first one on, v the bound on its move. */
type Moments = readonly [mass: number, first: number, second: number];

export function momentsFrom(from: number, { norms, probabilities }: SizeLaw): Moments {
  let [mass, first, second] = [0, 0, 0];
  for (let size = from; size < norms.length; size++) {
    const p = probabilities[size]!;
    mass += p;
    first += p * norms[size]!;
    second += p * norms[size]! ** 2;
  }
  return [mass, first, second];
}

/**
 * What each size of a batch adds to the bound on E Y: its probability times the sum of (|base| + u + v)^2 over those sizes
 * of the other batch of which the moments are. Nothing is subtracted, so that small tails keep their digits.
 */
export function boundsOfSizes(
  base: number,
  { norms, probabilities }: SizeLaw,
  [mass, first, second]: Moments = [1, 0, 0],
): Float64Array {
  return probabilities.map((p, size) => {
    const c = base + norms[size]!;
    return p * (c * c * mass + 2 * c * first + second);
  });
}

/** Smallest size of a batch such that the larger ones, beside any size of the other, add at most `share` to E Y. */
export function smallestLimit(base: number, own: SizeLaw, other: SizeLaw | undefined, share: number): number {
  const added = boundsOfSizes(base, own, other && momentsFrom(0, other));
  let limit = added.length - 1;
  for (let tail = added[limit]!; limit > 0 && tail <= share; tail += added[limit]!) limit--;
  return limit;
}

export function sum(numbers: Float64Array): number {
  return numbers.reduce((total, x) => total + x, 0);
}
