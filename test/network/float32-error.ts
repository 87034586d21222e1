import type { LossName } from '../../src/network/losses.js';
import type { NetworkSample } from '../sample-networks.js';

/*
 * How far float32 may be from the exact value, entry by entry, for every order of summation: a sum of products
 * in which each term passes through at most k roundings is off by at most k u times the sum of the
 * absolute values of its terms (Higham 2002, section 3.1). The counts leave out terms of order u^2 and have four
 * spare roundings for them. Valid away from the kinks, where float32 has the same filters active.
 */

/** Unit roundoff of float32. */
export const UNIT_ROUNDOFF = 2 ** -24;

/** exp, 1 + x and 1/x of a sigmoid in a few units each; the squared loss needs fewer. */
const LOSS_ROUNDINGS = 12;

/** Largest l'' of a loss: how much an error of f moves l'. */
const LARGEST_CURVATURE: Readonly<Record<LossName, number>> = { squared: 1, logistic: 1 / 4 };

/** Of each active filter's product with each patch, |w_r|.|x_p| summed, over m: what f is a signed sum of. */
function outputMagnitudes({ network, weights, data }: NetworkSample): Float64Array {
  const magnitudes = new Float64Array(data.sampleCount);
  forActive({ network, weights, data }, (i, r, row) => {
    for (let a = 0; a < data.dimension; a++) {
      const product = weights[r * data.dimension + a]! * data.inputs[row * data.dimension + a]!;
      magnitudes[i]! += Math.abs(product) / network.width;
    }
  });
  return magnitudes;
}

/** n x 2md: (1/m) sum of |x_p| over the active patches, what the gradient of f is a sum of. */
function gradientMagnitudes({ network, weights, data }: NetworkSample): Float64Array {
  const magnitudes = new Float64Array(data.sampleCount * weights.length);
  forActive({ network, weights, data }, (i, r, row) => {
    for (let a = 0; a < data.dimension; a++) {
      magnitudes[i * weights.length + r * data.dimension + a]! +=
        Math.abs(data.inputs[row * data.dimension + a]!) / network.width;
    }
  });
  return magnitudes;
}

function forActive(
  { network, weights, data }: NetworkSample,
  visit: (sample: number, filter: number, row: number) => void,
): void {
  const d = data.dimension;
  for (let row = 0; row < data.sampleCount * data.patches; row++) {
    for (let r = 0; r < 2 * network.width; r++) {
      let inner = 0;
      for (let a = 0; a < d; a++) inner += weights[r * d + a]! * data.inputs[row * d + a]!;
      if (inner > 0) visit(Math.floor(row / data.patches), r, row);
    }
  }
}

/** Conversion of w and x, the product, d - 1, 2m - 1 and P - 1 additions, the division by m. */
export function outputErrors(sample: NetworkSample): Float64Array {
  const { network, data } = sample;
  const roundings = data.dimension + 2 * network.width + data.patches + 1 + 4;
  return outputMagnitudes(sample).map((magnitude) => roundings * UNIT_ROUNDOFF * magnitude);
}

/** Conversion of x, the factor 1/m, the product and P - 1 additions. */
export function outputGradientErrors(sample: NetworkSample): Float64Array {
  const roundings = sample.data.patches + 2 + 4;
  return gradientMagnitudes(sample).map((magnitude) => roundings * UNIT_ROUNDOFF * magnitude);
}

/**
 * Of (1/n) sum_i l'_i grad f_i: the roundings of a gradient, the product with l'_i, n - 1 more additions and the
 * division by n, relative to |l'_i|; and the error that l'_i takes over from f_i.
 */
export function lossGradientErrors(
  sample: NetworkSample,
  loss: LossName,
  derivatives: Float64Array,
): Float64Array {
  const { weights, data } = sample;
  const roundings = data.patches + data.sampleCount + 3 + LOSS_ROUNDINGS + 4;
  const magnitudes = gradientMagnitudes(sample);
  const errors = new Float64Array(weights.length);
  outputErrors(sample).forEach((outputError, i) => {
    const own = roundings * UNIT_ROUNDOFF * Math.abs(derivatives[i]!);
    const error = (own + LARGEST_CURVATURE[loss] * outputError) / data.sampleCount;
    for (let k = 0; k < weights.length; k++) errors[k]! += error * magnitudes[i * weights.length + k]!;
  });
  return errors;
}

/** Largest |actual_k - expected_k| in units of the allowed errors_k; 0 allows only equality. */
export function largestInUnits(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  errors: ArrayLike<number>,
): number {
  if (actual.length !== expected.length || errors.length !== expected.length) return Infinity;
  let largest = 0;
  for (let k = 0; k < expected.length; k++) {
    const difference = Math.abs(actual[k]! - expected[k]!);
    largest = Math.max(largest, difference === 0 ? 0 : difference / errors[k]!);
  }
  return largest;
}
