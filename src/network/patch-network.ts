import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { normals, type RandomSource } from '../random/generator.js';
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
  return normals(parameterCount(network), random, scale);
}

/**
 * <w_r, x_p> for every patch p of every sample and every filter r: (sampleCount * patches) x 2m,
 * row-major.
 */
export function preactivations(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array {
  const { sampleCount, patches, dimension, inputs } = data;
  return multiplyTransposed(inputs, sampleCount * patches, weights, filterCount(network), dimension);
}

/** 1 where a filter is active on a patch, <w_r, x_p> > 0, else 0. */
export function activations(preactivation: Float64Array): Float64Array {
  const active = new Float64Array(preactivation.length);
  for (let k = 0; k < active.length; k++) if (preactivation[k]! > 0) active[k] = 1;
  return active;
}

/** f(W, x_i) of every sample from its preactivations. */
export function outputsOf(network: PatchNetwork, preactivation: Float64Array, data: PatchData): Float64Array {
  const filters = filterCount(network);
  const { width } = network;
  const outputs = new Float64Array(data.sampleCount);
  for (let i = 0, k = 0; i < data.sampleCount; i++) {
    let sum = 0;
    for (let p = 0; p < data.patches; p++) {
      for (let r = 0; r < filters; r++, k++) {
        const z = preactivation[k]!;
        if (z > 0) sum += r < width ? z : -z;
      }
    }
    outputs[i] = sum / width;
  }
  return outputs;
}

/** f(W, x_i) of every sample. */
export function networkOutputs(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array {
  return outputsOf(network, preactivations(network, weights, data), data);
}
