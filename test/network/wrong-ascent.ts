import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';
import { unlearningStep } from '../../src/unlearning/step.js';

/** Descent on both sets: the ascent with the wrong sign. */
export const descentOnBoth: UnlearningImplementation = {
  ...unlearning,
  step(settings, retain, forget, w, gradient) {
    const batch = { retain: settings.batch.retain, forget: -settings.batch.forget };
    unlearningStep({ ...settings, batch }, retain, forget, w, gradient);
  },
};
