import {
  filterCount,
  parameterCount,
  type PatchData,
  type PatchNetwork,
} from '../src/network/patch-network.js';
import { randomSource, type RandomSource } from '../src/statistics/generator.js';

/** A network, weights and data for it. */
export interface NetworkSample {
  readonly network: PatchNetwork;
  readonly weights: Float64Array;
  readonly data: PatchData;
}

export interface NetworkShape {
  readonly width: number;
  readonly dimension: number;
  readonly samples: number;
  readonly patches: number;
}

/**
 * Patches on which a preactivation is smaller than this share of |w|.|x| + max |x| are drawn again: f has a kink
 * there. Float32 is off by (d + 2) 2^-24 |w|.|x|, a seven-hundredth of that for d = 20 and a third for d = 5000;
 * a step of the central differences moves a preactivation by a hundredth of that.
 */
export const KINK = 1e-3;

/**
 * Normal patches with random labels and normal weights of standard deviation weightScale / sqrt(d), away from
 * the kinks of f.
 */
export function networkSample(
  { width, dimension, samples, patches }: NetworkShape,
  seed: string | number,
  weightScale = 1,
): NetworkSample {
  const random = randomSource('network sample', seed);
  const network: PatchNetwork = { width, dimension };
  const scale = weightScale / Math.sqrt(dimension);
  const weights = Float64Array.from({ length: parameterCount(network) }, () => scale * random.normal());
  const inputs = new Float64Array(samples * patches * dimension);
  for (let row = 0; row < samples * patches; row++) {
    inputs.set(patchAwayFromKinks(network, weights, random), row * dimension);
  }
  const labels = Float64Array.from({ length: samples }, () => 2 * random.integer(2) - 1);
  return { network, weights, data: { sampleCount: samples, patches, dimension, inputs, labels } };
}

function patchAwayFromKinks(
  network: PatchNetwork,
  weights: Float64Array,
  random: RandomSource,
): Float64Array {
  for (;;) {
    const patch = Float64Array.from({ length: network.dimension }, () => random.normal());
    if (relativeDistanceToKink(network, weights, patch) > KINK) return patch;
  }
}

/** Smallest |<w_r, x>| / (|w_r|.|x| + max |x|) of all filters, |w| and |x| entry by entry. */
export function relativeDistanceToKink(
  network: PatchNetwork,
  weights: Float64Array,
  patch: Float64Array,
): number {
  const largest = patch.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  let distance = Infinity;
  for (let r = 0; r < filterCount(network); r++) {
    let inner = 0;
    let absolute = largest;
    patch.forEach((x, a) => {
      const product = weights[r * network.dimension + a]! * x;
      inner += product;
      absolute += Math.abs(product);
    });
    distance = Math.min(distance, Math.abs(inner) / absolute);
  }
  return distance;
}

/** Step of the central differences in one weight. */
export const DIFFERENCE_STEP = 1e-5;

/** Central differences of a function of W. */
export function centralDifferences(
  f: (weights: Float64Array) => number,
  weights: Float64Array,
): Float64Array {
  return weights.map((_, a) => {
    const [up, down] = [weights.slice(), weights.slice()];
    up[a]! += DIFFERENCE_STEP;
    down[a]! -= DIFFERENCE_STEP;
    return (f(up) - f(down)) / (2 * DIFFERENCE_STEP);
  });
}
