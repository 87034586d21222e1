import type { CurvatureGroup, ReducedProblem } from './problem.js';

/** True if nothing of a step is random: all batches of every set that can be drawn have the same curvature. */
export function isNoiseless({ groups }: Pick<ReducedProblem, 'groups'>): boolean {
  return groups.every(
    (group) => takesAll(group) || (group.sampling !== 'bernoulli' && hasEqualSamples(group)),
  );
}

/** True if every batch is the whole set. */
export function takesAll({
  batchSize,
  sampling,
  samples,
}: Pick<CurvatureGroup, 'batchSize' | 'sampling' | 'samples'>): boolean {
  const { sampleCount } = samples;
  return sampleCount === 1 || (sampling !== 'with-replacement' && batchSize >= sampleCount);
}

/** True if all samples have the same factors, up to the sign of each. */
function hasEqualSamples({ samples: { sampleCount, offsets, factors, dimension } }: CurvatureGroup): boolean {
  const length = offsets[1]!;
  for (let i = 1; i < sampleCount; i++) {
    if (offsets[i + 1]! - offsets[i]! !== length) return false;
    for (let row = 0; row < length; row++) {
      const [first, other] = [row, offsets[i]! + row].map((k) =>
        factors.subarray(k * dimension, (k + 1) * dimension),
      );
      const isEqual = (sign: number): boolean => first!.every((x, a) => x === sign * other![a]!);
      if (!isEqual(1) && !isEqual(-1)) return false;
    }
  }
  return true;
}
