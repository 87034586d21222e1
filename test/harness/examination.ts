import type { Examination } from '../../src/harness/examination.js';

/** An examination that agrees, with the given parts replaced. */
export function examination(parts: Partial<Examination> = {}): Examination {
  return {
    predicted: 'diverges',
    observed: 'diverges',
    outcome: 'agree',
    eta: 1,
    criticalStep: 0.9,
    etaStar: 0.5,
    logGrowth: 0.3,
    far: true,
    samples: 100,
    certificates: 1,
    evidence: 'diverges by 100 sampled steps',
    refuted: [],
    conflict: null,
    ...parts,
  };
}
