import { dot } from '../linalg/vectors.js';
import type { FactorSet } from '../theory/problem.js';
import type { Batch } from './batch-sampler.js';

/** A model on one data set, as unlearning code sees it: a loss and a gradient for every sample. */
export interface PerSampleModel {
  readonly sampleCount: number;
  /** Length of the parameter vector w. */
  readonly parameterCount: number;
  /** l_i(w). */
  loss(w: Float64Array, i: number): number;
  /** out += scale * grad l_i(w). */
  addGradient(w: Float64Array, i: number, scale: number, out: Float64Array): void;
  /**
   * `addGradient` of the samples of a batch, at one w or at several that stand one after the other in `w` and `out`;
   * where that is faster. Quadratic models add them one after the other, to the last bit; networks as products of
   * matrices, in another order of the sums.
   */
  addBatchGradient?(w: Float64Array, batch: Batch, scale: number, out: Float64Array): void;
  /** What `addBatchGradient` adds for each factor, at one w or at several: for steps from there again and again. */
  gradientRows?(w: Float64Array, scale: number): GradientRows;
}

/** The terms of batch gradients at fixed w: a batch adds its samples' rows, one after the other, in its order. */
export interface GradientRows {
  /** One row as long as w a factor. */
  readonly rows: Float64Array;
  /** Sample i has rows offsets[i] .. offsets[i+1]-1. */
  readonly offsets: Int32Array;
}

/**
 * out += scale * sum of grad l_i(w) over a batch, in the order of the batch.
 *
 * @param w one parameter vector, or several one after the other; `out` as long.
 */
export function addBatchGradient(
  model: PerSampleModel,
  w: Float64Array,
  batch: Batch,
  scale: number,
  out: Float64Array,
): void {
  if (model.addBatchGradient) {
    model.addBatchGradient(w, batch, scale, out);
    return;
  }
  const p = model.parameterCount;
  if (w.length > p) {
    for (let from = 0; from < w.length; from += p) {
      addBatchGradient(model, w.subarray(from, from + p), batch, scale, out.subarray(from, from + p));
    }
    return;
  }
  for (let k = 0; k < batch.size; k++) model.addGradient(w, batch.indices[k]!, scale, out);
}

/** Samples whose curvatures lie along coordinates: H_i = curvature e_a e_a^T with a = axisOf[i], 0 where that is -1. */
export interface AxisSamples {
  /** Number of axes, the length of w. */
  readonly axes: number;
  readonly axisOf: Int32Array;
  /** Common to all samples. */
  readonly curvature: number;
}

/**
 * The quadratic model of such samples, l_i(w) = curvature w_a^2 / 2, with minimum 0: what `factorQuadratic` gives for
 * the factors sqrt(curvature) e_a, at a cost per sample that does not depend on the number of axes.
 */
export function axisQuadratic({ axes, axisOf, curvature }: AxisSamples): PerSampleModel {
  return {
    sampleCount: axisOf.length,
    parameterCount: axes,
    loss: (w, i) => (axisOf[i]! < 0 ? 0 : (curvature * w[axisOf[i]!]! ** 2) / 2),
    addGradient(w, i, scale, out) {
      const a = axisOf[i]!;
      if (a >= 0) out[a]! += scale * curvature * w[a]!;
    },
  };
}

/**
 * Losses of a scalar output expanded to second order around w* = 0: (<phi_i, x> + s_i)^2 / 2 for every sample i, so
 * that grad l_i(0) = s_i phi_i. With all s_i = 0 it is the quadratic model of a minimum that interpolates.
 *
 * @param factors one row phi_i a sample.
 * @param residuals s_i: n numbers.
 */
export function residualQuadratic(
  { sampleCount, factors, dimension }: FactorSet,
  residuals: Float64Array,
): PerSampleModel {
  const residual = (x: Float64Array, i: number): number => dot(factor(i), x) + residuals[i]!;
  const factor = (i: number): Float64Array => factors.subarray(i * dimension, (i + 1) * dimension);
  return {
    sampleCount,
    parameterCount: dimension,
    loss: (x, i) => residual(x, i) ** 2 / 2,
    addGradient(x, i, scale, out) {
      const along = scale * residual(x, i);
      const row = factor(i);
      for (let a = 0; a < dimension; a++) out[a]! += along * row[a]!;
    },
  };
}
