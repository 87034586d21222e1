import { multiplyTransposedSymmetric } from '../../linalg/multiply-transposed.js';
import { topEigenvalue } from '../../linalg/top-eigenvalue.js';
import { trace } from '../../linalg/vectors.js';
import type { NetworkExperiment, NetworkSetting } from '../network-claim.js';
import { drawnData } from './drawn-data.js';

/**
 * The quantity of an experiment on data set number `repeat`, from the Gram matrix of the whole inputs,
 * <x_i, x_k>/(sp^2 d), which is SNR^2 y y^T + Xi Xi^T/(sp^2 d) with one noise patch: its largest eigenvalue, or
 * the coherence lambda_1(S)/mean(S_ii) of S = |Gram|.
 *
 * @throws RangeError for an experiment that measures no spectrum.
 */
export function measuredSpectrum(
  experiment: NetworkExperiment,
  setting: NetworkSetting,
  repeat: number,
): number {
  const { sampleCount: n, patches, dimension: d, inputs } = drawnData(setting, repeat);
  const scale = 1 / (setting.noiseScale ** 2 * d);
  const gram = multiplyTransposedSymmetric(inputs, inputs, n, patches * d);
  for (let ik = 0; ik < gram.length; ik++) gram[ik]! *= scale;
  switch (experiment) {
    case 'largest-eigenvalue':
      return topEigenvalue(gram, n);
    case 'coherence':
      return topEigenvalue(magnitudes(gram), n) / (trace(gram, n) / n);
    default:
      throw new RangeError(`${experiment} is no experiment about a spectrum`);
  }
}

function magnitudes(matrix: Float64Array): Float64Array {
  const out = new Float64Array(matrix.length);
  for (let k = 0; k < out.length; k++) out[k] = Math.abs(matrix[k]!);
  return out;
}
