import { scaledClaim } from '../../properties/theorem-property.js';
import type { Theorem } from '../../src/harness/theorem.js';
import type { PerSampleModel } from '../../src/models/per-sample-model.js';
import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';

/** The ascent on the forget set turned into descent. */
export const flippedAscent: UnlearningImplementation = {
  ...unlearning,
  step(settings, retainBatch, forgetBatch, w, gradient) {
    const forget: PerSampleModel = {
      ...settings.forget,
      addGradient: (at, i, scale, out) => settings.forget.addGradient(at, i, -scale, out),
    };
    unlearning.step({ ...settings, forget }, retainBatch, forgetBatch, w, gradient);
  },
};

/** Every batch is the first B samples: nothing is random. */
export const frozenSampler: UnlearningImplementation = {
  ...unlearning,
  sampler(_, n, batchSize) {
    const indices = Int32Array.from({ length: n }, (_unused, i) => i);
    return { batch: { indices, size: batchSize }, draw: () => undefined };
  },
};

/** The theorem with its critical step multiplied by a factor. */
export function withScaledThreshold(theorem: Theorem, factor: number): Theorem {
  return { ...theorem, claim: scaledClaim(theorem.claim, factor) };
}
