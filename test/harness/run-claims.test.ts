import fc from 'fast-check';
import { expect, test } from 'vitest';
import { examine } from '../../src/harness/kinds.js';
import type { ExaminationSettings, ProblemTheorem } from '../../src/harness/theorem.js';
import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';
import { P3a } from '../../theorems/P3a.js';
import { P6 } from '../../theorems/P6.js';
import { P7 } from '../../theorems/P7.js';

/** Outcomes of drawn instances with the given code in place of the real one. */
function outcomes(
  { id, claim, instances }: ProblemTheorem,
  implementation: UnlearningImplementation,
): string[] {
  const settings: ExaminationSettings = {
    implementation,
    mutants: [],
    seed: 1,
    theoremId: id,
    errorProbability: 1e-12,
    maxSamples: 1500,
    maxSamplesUndecided: 1500,
  };
  return fc.sample(instances, { seed: 5, numRuns: 12 }).map((one) => examine(claim, one, settings).outcome);
}

/** The real step with half of the ascent. */
const halfAscent: UnlearningImplementation = {
  ...unlearning,
  step: (settings, retain, forget, state, gradient) =>
    unlearning.step({ ...settings, alpha: settings.alpha / 2 }, retain, forget, state, gradient),
};

/** The real step twice as long. */
const longStep: UnlearningImplementation = {
  ...unlearning,
  step: (settings, retain, forget, state, gradient) =>
    unlearning.step({ ...settings, eta: 2 * settings.eta }, retain, forget, state, gradient),
};

/** The sampler of another batch: only long runs see it, as all batches are gone through without it. */
const firstSamples: UnlearningImplementation = {
  ...unlearning,
  sampler: (...[, n, batchSize]) => {
    const indices = Int32Array.from({ length: n }, (_, i) => i);
    return { batch: { indices, size: batchSize }, draw: () => undefined };
  },
};

test('rest and pull agree with the real step, and contradict one with half the ascent or twice the step size', () => {
  for (const theorem of [P7, P3a] as readonly ProblemTheorem[]) {
    expect(outcomes(theorem, unlearning)).not.toContain('contradict');
    expect(outcomes(theorem, longStep)).toContain('contradict');
  }
  expect(outcomes(P7, halfAscent)).toContain('contradict');
});

test('runs of a sampler that always draws the first samples do not average to the rest', () => {
  expect(outcomes(P7, unlearning)).not.toContain('inconclusive');
  expect(outcomes(P7, firstSamples)).toContain('inconclusive');
});

test('clipped runs of a step twice as long reach further than k eta c', () => {
  expect(outcomes(P6, unlearning)).not.toContain('contradict');
  expect(outcomes(P6, longStep)).toContain('contradict');
});
