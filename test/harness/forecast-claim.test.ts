import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ForecastClaim } from '../../src/harness/forecast-claim.js';
import { examine } from '../../src/harness/kinds.js';
import type { ProblemTheorem } from '../../src/harness/theorem.js';
import { unlearning } from '../../src/unlearning/process.js';
import { F1 } from '../../theorems/F1.js';
import { F2 } from '../../theorems/F2.js';
import { F3 } from '../../theorems/F3.js';

/** Outcomes of drawn instances for a claim, with what is refuted on them. */
function examined({ id, instances, mutants }: ProblemTheorem<ForecastClaim>, claim: ForecastClaim) {
  const settings = {
    ...{ implementation: unlearning, mutants, seed: 1, theoremId: id },
    ...{ errorProbability: 1e-12, maxSamples: 1000, maxSamplesUndecided: 1000 },
  };
  return fc.sample(instances, { seed: 7, numRuns: 25 }).map((one) => examine(claim, one, settings));
}

describe.each([F1, F2, F3].map((theorem) => [theorem.id, theorem] as const))('%s', (_, theorem) => {
  test('agrees with the training loop of forecasts on drawn models', () => {
    expect(new Set(examined(theorem, theorem.claim).map(({ outcome }) => outcome))).toEqual(
      new Set(['agree']),
    );
  });

  test('has at least six wrong variants, each contradicted where it is claimed', () => {
    expect(theorem.mutants.length).toBeGreaterThanOrEqual(6);
    for (const { claim } of theorem.mutants) {
      expect(examined({ ...theorem, mutants: [] }, claim).map(({ outcome }) => outcome)).toContain(
        'contradict',
      );
    }
  });

  test('every wrong variant is refuted by a stored instance', () => {
    const settings = {
      ...{ implementation: unlearning, mutants: theorem.mutants, seed: 3, theoremId: theorem.id },
      ...{ errorProbability: 1e-12, maxSamples: 1000, maxSamplesUndecided: 1000 },
    };
    const refuted = theorem.witnesses.flatMap((one) => examine(theorem.claim, one, settings).refuted);
    expect([...new Set(refuted)].sort()).toEqual(theorem.mutants.map(({ id }) => id).sort());
  });
});

test('samples with unlike numbers of factors are no outputs of one model', () => {
  const [instance] = fc.sample(F1.instances, { seed: 1, numRuns: 1 });
  const { retain } = instance!.problem;
  const problem = { ...instance!.problem, retain: [...retain.slice(1), [...retain[0]!, retain[0]![0]!]] };
  const { outcome } = examine(
    F1.claim,
    { ...instance!, problem },
    {
      ...{ implementation: unlearning, mutants: [], seed: 1, theoremId: 'F1' },
      ...{ errorProbability: 1e-12, maxSamples: 1, maxSamplesUndecided: 1 },
    },
  );
  expect(outcome).toBe('undecided');
});
