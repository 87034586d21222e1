import { dot } from '../linalg/vectors.js';
import { type FactorSet, rankOneSet } from '../theory/factor-set.js';

/** A model on one data set, as unlearning code sees it: a loss and a gradient for every sample. */
export interface PerSampleModel {
  readonly sampleCount: number;
  /** Length of the parameter vector w. */
  readonly parameterCount: number;
  /** l_i(w). */
  loss(w: Float64Array, i: number): number;
  /** out += scale * grad l_i(w). */
  addGradient(w: Float64Array, i: number, scale: number, out: Float64Array): void;
  /** What `addGradient` does for the samples of a batch one after the other, to the last bit; where that is faster. */
  addBatchGradient?(w: Float64Array, batch: SampleNumbers, scale: number, out: Float64Array): void;
}

/** Sample numbers: the first `size` of `indices`, with repeats. */
export interface SampleNumbers {
  readonly indices: Int32Array;
  readonly size: number;
}

/** out += scale * sum of grad l_i(w) over a batch, in the order of the batch. */
export function addBatchGradient(
  model: PerSampleModel,
  w: Float64Array,
  batch: SampleNumbers,
  scale: number,
  out: Float64Array,
): void {
  if (model.addBatchGradient) {
    model.addBatchGradient(w, batch, scale, out);
    return;
  }
  for (let k = 0; k < batch.size; k++) model.addGradient(w, batch.indices[k]!, scale, out);
}

/** Mean loss over all samples. */
export function meanLoss(model: PerSampleModel, w: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < model.sampleCount; i++) sum += model.loss(w, i);
  return sum / model.sampleCount;
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
 * @param pushes s_i: n numbers.
 */
export function residualQuadratic(
  { sampleCount, factors, dimension }: FactorSet,
  pushes: Float64Array,
): PerSampleModel {
  const residual = (x: Float64Array, i: number): number => dot(factor(i), x) + pushes[i]!;
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

/**
 * Linear regression with squared loss l_i(w) = (x_i . w - y_i)^2 / 2. H_i = x_i x_i^T everywhere.
 *
 * @param features n x p, row-major.
 * @param labels n numbers. With labels x_i . w* of a teacher w*, every sample is fitted exactly at w*.
 */
export function linearLeastSquares(
  features: Float64Array,
  labels: Float64Array,
): PerSampleModel & { readonly curvature: FactorSet } {
  const sampleCount = labels.length;
  const p = features.length / sampleCount;
  if (!Number.isInteger(p)) {
    throw new RangeError(
      `features must be ${sampleCount} rows of one length; got ${features.length} numbers`,
    );
  }
  const residual = (w: Float64Array, i: number): number => {
    let sum = -labels[i]!;
    for (let a = 0; a < p; a++) sum += features[i * p + a]! * w[a]!;
    return sum;
  };
  return {
    sampleCount,
    parameterCount: p,
    curvature: rankOneSet(features, p),
    loss: (w, i) => residual(w, i) ** 2 / 2,
    addGradient(w, i, scale, out) {
      const push = scale * residual(w, i);
      for (let a = 0; a < p; a++) out[a]! += push * features[i * p + a]!;
    },
  };
}

/** Labels x_i . w* of a linear teacher: n numbers for n x p features. */
export function teacherLabels(features: Float64Array, teacher: Float64Array): Float64Array {
  const p = teacher.length;
  return Float64Array.from({ length: features.length / p }, (_, i) =>
    teacher.reduce((sum, weight, a) => sum + weight * features[i * p + a]!, 0),
  );
}

/** 1/(1 + exp(-x)), without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}
