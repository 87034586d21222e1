/** When a run counts as escaped: at a distance from w*, or at a multiple of the distance it started from. */
export type EscapeThreshold = { readonly factor: number } | { readonly distance: number };

/**
 * The distance of a threshold.
 *
 * @throws RangeError for a factor <= 1, a distance <= 0, or a factor of a start at w* itself.
 */
export function escapeDistance(threshold: EscapeThreshold, startDistance: number): number {
  if ('distance' in threshold) {
    if (threshold.distance > 0) return threshold.distance;
    throw new RangeError(`the distance of escape must be > 0; got ${threshold.distance}`);
  }
  const { factor } = threshold;
  if (!(factor > 1)) throw new RangeError(`the factor of escape must be > 1; got ${factor}`);
  if (!(startDistance > 0)) {
    throw new RangeError(`a factor of escape needs a start away from w*; it is at distance ${startDistance}`);
  }
  return factor * startDistance;
}
