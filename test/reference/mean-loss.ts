import type { PerSampleModel } from '../../src/unlearning/per-sample-model.js';

/** Mean loss over all samples. */
export function meanLoss(model: PerSampleModel, w: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < model.sampleCount; i++) sum += model.loss(w, i);
  return sum / model.sampleCount;
}
