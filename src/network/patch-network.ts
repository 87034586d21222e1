import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import type { RandomSource } from '../random/generator.js';
import type { PatchData } from './patch-data.js';

/**
 * The two-layer ReLU network f(W, x) = F_+ - F_-, F_j = (1/m) sum_r sum_p relu<w_jr, x_p>: `width` m
 * filters of each sign on patches of length d, the second layer fixed (Cao et al. 2022). Its
 * parameters are one vector of 2 m d numbers, the filters row by row, those of F_+ first.
 */
export interface PatchNetwork {
  /** m >= 1. */
  readonly width: number;
  /** d. */
  readonly dimension: number;
}

/** Number of filters, 2m. */
export function filterCount({ width }: PatchNetwork): number {
  return 2 * width;
}

/** Length of the parameter vector, 2 m d. */
export function parameterCount(network: PatchNetwork): number {
  return filterCount(network) * network.dimension;
}

/** Weight of filter r in the output: +1/m or -1/m. */
export function outputWeight({ width }: PatchNetwork, filter: number): number {
  return (filter < width ? 1 : -1) / width;
}

/** Independent normal weights of standard deviation `scale`. */
export function initialWeights(network: PatchNetwork, scale: number, random: RandomSource): Float64Array {
  return Float64Array.from({ length: parameterCount(network) }, () => scale * random.normal());
}

/**
 * <w_r, x_p> for every patch p of every sample and every filter r: (sampleCount * patches) x 2m,
 * row-major.
 */
export function preactivations(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array {
  const { sampleCount, patches, dimension, inputs } = data;
  return multiplyTransposed(inputs, sampleCount * patches, weights, filterCount(network), dimension);
}

/** f(W, x_i) of every sample from its preactivations. */
export function outputsOf(network: PatchNetwork, preactivation: Float64Array, data: PatchData): Float64Array {
  const filters = filterCount(network);
  const stride = data.patches * filters;
  const { width } = network;
  return Float64Array.from({ length: data.sampleCount }, (_, i) => {
    let sum = 0;
    for (let k = i * stride; k < (i + 1) * stride; k++) {
      const z = preactivation[k]!;
      if (z > 0) sum += k % filters < width ? z : -z;
    }
    return sum / width;
  });
}

/** f(W, x_i) of every sample. */
export function networkOutputs(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array {
  return outputsOf(network, preactivations(network, weights, data), data);
}
