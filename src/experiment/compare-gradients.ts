import { closedFormBackend } from '../backends/closed-form-backend.js';
import type { GradientBackend } from '../backends/gradient-backend.js';
import type { TrainedNetwork } from '../forgetting/local-problem.js';
import { norm } from '../linalg/vectors.js';
import { selectSamples, type PatchData } from '../network/patch-data.js';
import { filterCount, parameterCount, preactivations } from '../network/patch-network.js';

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
