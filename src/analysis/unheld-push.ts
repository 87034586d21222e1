import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { norm, transpose } from '../linalg/vectors.js';
import { samplingFactors } from '../theory/operator/noise-map.js';
import type { CurvatureGroup, FactorSet } from '../theory/problem.js';
import { accuracyOf } from '../theory/rank.js';

/** Gradients of the samples at w*, a set each group of a problem. */
export type GroupGradients = readonly FactorSet[];

/** g, in the coordinates of the gradients. */
export function meanGradient(
  groups: readonly CurvatureGroup[],
  gradients: GroupGradients,
): Float64Array<ArrayBuffer> {
  const { dimension } = gradients[0]!;
  const mean = new Float64Array(dimension);
  groups.forEach(({ sign, weight }, g) => {
    const { factors, sampleCount } = gradients[g]!;
    factors.forEach((x, k) => (mean[k % dimension]! += (sign * weight * x) / sampleCount));
  });
  return mean;
}

/** The part of the gradients at w* that nothing holds. */
interface UnheldPush {
  /** |g| outside of U, and along eigenvectors of D with d = 0. */
  readonly beyondU: number;
  readonly flat: number;
  /** Root mean square of the noise of a step's gradient outside of U. */
  readonly walk: number;
}

/**
 * The part of the gradients that no curvature holds: |g| along directions outside of U and eigenvectors of D with d = 0, and the
 * root mean square of the noise of a step's gradient outside of U, where nothing that a step does is ever undone.
 *
 * Gradients are known to their precision, and the directions of U to its resolution: a part that is not longer than these
 * make of the gradients is 0.
 *
 * @param axes eigenvectors of D in the coordinates of the gradients, r x p. @param d their eigenvalues.
 */
export function unheldPush(
  groups: readonly CurvatureGroup[],
  gradients: GroupGradients,
  { axes, d }: { axes: Float64Array; d: Float64Array },
): UnheldPush {
  const r = d.length;
  const { dimension: p } = gradients[0]!;
  const { precision, resolution } = accuracyOf([...groups.map(({ samples }) => samples), ...gradients]);
  const columns = transpose(axes, r, p);
  let [lengths, walk] = [0, 0];
  groups.forEach(({ weight, sampling, batchSize }, g) => {
    const { factors, sampleCount: n } = gradients[g]!;
    for (let i = 0; i < n; i++) lengths += (weight * norm(factors.subarray(i * p, (i + 1) * p))) / n;
    const beyond = outsideU(factors, n);
    const mean = new Float64Array(p);
    beyond.forEach((x, k) => (mean[k % p]! += x / n));
    const spread = norm(beyond.map((x, k) => x - mean[k % p]!)) ** 2 / n;
    const { perSample, ofMean } = samplingFactors(sampling, n, batchSize);
    walk += weight ** 2 * (perSample * spread + (perSample - ofMean) * norm(mean) ** 2);
  });
  const flat = multiplyTransposed(axes, r, meanGradient(groups, gradients), 1, p).filter(
    (_, a) => d[a] === 0,
  );
  const beyondU = norm(outsideU(meanGradient(groups, gradients), 1));
  const rounding = (Math.sqrt(p) * precision + resolution) * lengths;
  const known = (x: number): number => (x > rounding ? x : 0);
  return { beyondU: known(beyondU), flat: known(norm(flat)), walk: known(Math.sqrt(walk)) };

  /** Rows (n x p) less their part in U; twice, as the first time leaves the rounding of the axes. */
  function outsideU(rows: Float64Array, n: number): Float64Array {
    let rest = rows;
    for (let pass = 0; pass < 2; pass++) {
      const inside = multiplyTransposed(rest, n, axes, r, p);
      const back = multiplyTransposed(inside, n, columns, p, r);
      rest = rest.map((x, k) => x - back[k]!);
    }
    return rest;
  }
}
