import { LOSSES } from '../network/losses.js';
import { networkModel } from '../network/network-model.js';
import { networkOutputs } from '../network/patch-network.js';
import { perSampleGradients } from '../network/per-sample-gradients.js';
import type { GradientBackend } from './gradient-backend.js';

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
