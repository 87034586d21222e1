import type { PerSampleModel } from './per-sample-model.js';

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
