import { norm } from '../linalg/vectors.js';
import type { TrainedNetwork } from './linearisation.js';
import { LOSSES, type LossName } from './losses.js';
import { networkModel, perSampleGradients } from './network-model.js';
import { type PatchData, selectSamples } from './patch-data.js';
import {
  filterCount,
  networkOutputs,
  parameterCount,
  type PatchNetwork,
  preactivations,
} from './patch-network.js';

/** The implementations that can be loaded by name; the closed form is always there. */
export type TensorBackendName = 'node' | 'wasm' | 'cpu';

/** One implementation of the two-layer network and its first derivatives. */
export interface GradientBackend {
  readonly name: 'closed-form' | TensorBackendName;
  /** What computes, as a report names it: "tfjs-core 4.22.0, wasm". */
  readonly version: string;
  /** f(W, x_i) of every sample: n numbers. */
  outputs(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array;
  /** grad_W f(W, x_i) of every sample: n x 2md, row-major. */
  outputGradients(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array;
  /** Gradient of the mean loss over the samples: 2md numbers. */
  lossGradient(network: PatchNetwork, weights: Float64Array, data: PatchData, loss: LossName): Float64Array;
}

/** The closed form of src/network in float64. */
export const closedFormBackend: GradientBackend = {
  name: 'closed-form',
  version: 'closed form, float64',
  outputs: networkOutputs,
  outputGradients: perSampleGradients,
  lossGradient(network, weights, data, loss) {
    const model = networkModel(network, data, LOSSES[loss]);
    const gradient = new Float64Array(model.parameterCount);
    for (let i = 0; i < data.sampleCount; i++) model.addGradient(weights, i, 1 / data.sampleCount, gradient);
    return gradient;
  },
};

/** Gradients of the outputs in closed form beside those by automatic differentiation in float32. */
export interface GradientComparison {
  /** What ran: "tfjs-core 4.22.0, wasm". */
  readonly backend: string;
  readonly compared: number;
  /** Samples with a preactivation so near 0 that float32 may see another sign. */
  readonly leftOut: number;
  /** max_i |grad f_i - its other version| / |grad f_i|; 0 if nothing could be compared. */
  readonly largestDifference: number;
}

/** Preactivations this small in size, relative to |w| |x|, may have another sign in float32. */
const SINGLE_KINK = 1e-5;

/** Numbers of the gradients that are compared at most: 160 MB. */
const MAX_NUMBERS = 2e7;

/** Compares the two at w*, on as many training samples as fit into memory. */
export function compareGradients(trained: TrainedNetwork, backend: GradientBackend): GradientComparison {
  const { network, weights, data } = trained;
  const parameters = parameterCount(network);
  const considered = Math.min(data.sampleCount, Math.max(1, Math.floor(MAX_NUMBERS / parameters)));
  const chosen = Array.from({ length: considered }, (_, i) => i).filter((i) => !isNearKink(trained, i));
  const samples = selectSamples(data, chosen);
  const exact = closedFormBackend.outputGradients(network, weights, samples);
  const other = chosen.length === 0 ? exact : backend.outputGradients(network, weights, samples);
  const differences = chosen.map((_, k) => {
    const row = exact.subarray(k * parameters, (k + 1) * parameters);
    const length = norm(row);
    const off = norm(row.map((value, a) => value - other[k * parameters + a]!));
    return off === 0 ? 0 : off / length;
  });
  return {
    backend: backend.version,
    compared: chosen.length,
    leftOut: considered - chosen.length,
    largestDifference: Math.max(0, ...differences),
  };
}

function isNearKink({ network, weights, data }: TrainedNetwork, i: number): boolean {
  const d = network.dimension;
  const sample: PatchData = selectSamples(data, [i]);
  const filters = filterCount(network);
  const length = (rows: Float64Array, row: number): number => norm(rows.subarray(row * d, (row + 1) * d));
  return preactivations(network, weights, sample).some((z, k) => {
    const size = length(sample.inputs, Math.floor(k / filters)) * length(weights, k % filters);
    return size > 0 && Math.abs(z) < SINGLE_KINK * size;
  });
}
