import type { RandomSource } from '../../../src/random/generator.js';
import { trajectory } from '../../../src/unlearning/growth.js';
import type { UnlearningProcess } from '../../../src/unlearning/process.js';

/** |delta_k|^2/|delta_0|^2 along one run from a displacement with coordinates uniform in [0, 1]. */
export function relativeTrajectory(
  process: UnlearningProcess,
  steps: number,
  random: RandomSource,
): Float64Array {
  const start = process.minimum.map((x) => x + random.uniform());
  const distances = trajectory(process, start, steps, random);
  const first = distances[0]!;
  return distances.map((distance) => distance / first);
}
