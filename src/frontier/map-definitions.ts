import type { MapDefinition } from './frontier-map.js';
import { gradientAlignment } from './maps/gradient-alignment.js';
import { hessianGrid } from './maps/hessian-grid.js';
import { mixingAlignment } from './maps/mixing-alignment.js';
import { snrMixing, snrSamples } from './maps/snr-maps.js';
import { stepBatch } from './maps/step-batch.js';
import { stepCoherence } from './maps/step-coherence.js';
import { stepMixing } from './maps/step-mixing.js';

/** All maps, in the order of the help. */
export const mapDefinitions: readonly MapDefinition[] = [
  stepBatch,
  stepMixing,
  mixingAlignment,
  stepCoherence,
  hessianGrid,
  snrSamples,
  snrMixing,
  gradientAlignment,
];
