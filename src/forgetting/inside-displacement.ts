import { norm, scale } from '../linalg/vectors.js';
import type { RandomSource } from '../random/generator.js';
import type { LocalProblem } from './local-problem.js';

/**
 * r coordinates of a displacement inside U of the given length, in a uniformly random direction.
 *
 * @throws RangeError if U is {0}: a network without curvature has no inside.
 */
export function insideDisplacement(local: LocalProblem, length: number, random: RandomSource): Float64Array {
  const { dimension } = local.reduced;
  if (dimension === 0) throw new RangeError('there is no curvature, so no displacement lies inside U');
  const coordinates = Float64Array.from({ length: dimension }, () => random.normal());
  scale(coordinates, length / norm(coordinates));
  return coordinates;
}
