import type { LossName } from '../network/losses.js';
import type { PatchData } from '../network/patch-data.js';
import type { PatchNetwork } from '../network/patch-network.js';

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
