import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ForecastClaim } from '../../src/harness/forecast-claim.js';
import { examine } from '../../src/harness/kinds.js';
import type { ExaminationSettings, Mutant, ProblemTheorem } from '../../src/harness/theorem.js';
import { unlearning } from '../../src/unlearning/process.js';
import { F1 } from '../../theorems/F1.js';
import { F2 } from '../../theorems/F2.js';
import { F3 } from '../../theorems/F3.js';

type ForecastTheorem = ProblemTheorem<ForecastClaim>;

const settingsOf = ({ id, mutants }: ForecastTheorem): ExaminationSettings => ({
  ...{ implementation: unlearning, mutants, seed: 1, theoremId: id },
  ...{ errorProbability: 1e-12, maxSamples: 1000, maxSamplesUndecided: 1000 },
});

const drawnFrom = ({ instances }: ForecastTheorem) => fc.sample(instances, { seed: 7, numRuns: 25 });

describe.each([F1, F2, F3].map((theorem) => [theorem.id, theorem] as const))('%s', (_, theorem) => {
  test('agrees with the training loop of forecasts on drawn models', () => {
    const outcomes = drawnFrom(theorem).map(
      (one) => examine(theorem.claim, one, settingsOf(theorem)).outcome,
    );
    expect(new Set(outcomes)).toEqual(new Set(['agree']));
  });

  test('has at least six wrong variants, each contradicted where it is claimed', () => {
    expect(theorem.mutants.length).toBeGreaterThanOrEqual(6);
    const draws = drawnFrom(theorem);
    for (const { id, claim } of theorem.mutants) {
      const settings = settingsOf({ ...theorem, mutants: [] });
      const contradicted = draws.some((one) => examine(claim, one, settings).outcome === 'contradict');
      expect(contradicted, id).toBe(true);
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

describe('tolerances', () => {
  const settings = {
    ...{ implementation: unlearning, mutants: [] as Mutant[], seed: 1, theoremId: 'F' },
    ...{ errorProbability: 1e-12, maxSamples: 1000, maxSamplesUndecided: 1000 },
  };
  const mutant = (id: string, claim: ForecastClaim): Mutant => ({ id, description: id, claim, quick: false });
  const [ofPath] = fc.sample(F1.instances, { seed: 7, numRuns: 1 });
  /** F1 with weights that are off by a share of the largest. */
  const offPath = (share: number): ForecastClaim => ({
    ...F1.claim,
    path(setting, batches) {
      const end = F1.claim.path!(setting, batches);
      const scale = Math.max(...[...end, ...setting.minimum].map(Math.abs));
      return end.map((x, a) => x + (a === 0 ? share * scale : 0));
    },
  });

  test('a path is met to 1e-10 of its largest weight, after twelve steps', () => {
    const found = (claim: ForecastClaim) => examine(claim, ofPath!, settings);
    expect([offPath(1e-11), offPath(1e-9), offPath(NaN)].map((claim) => found(claim).outcome)).toEqual([
      'agree',
      'contradict',
      'contradict',
    ]);
    expect(found(F1.claim)).toMatchObject({ samples: 12, certificates: 0 });
    let asked = 0;
    found({
      ...F1.claim,
      path(setting, batches) {
        asked = batches.length;
        return F1.claim.path!(setting, batches);
      },
    });
    expect(asked).toBe(12);
  });

  test('moments and growth of the first order are met to 1e-6', () => {
    const theorem = [F2, F3].find(({ claim }) => claim.logGrowth !== undefined)!;
    const [one] = fc.sample(theorem.instances, { seed: 7, numRuns: 1 });
    const off = (share: number): ForecastClaim => ({
      ...theorem.claim,
      logGrowth: (setting) => theorem.claim.logGrowth!(setting) + share,
    });
    const outcomes = [1e-8, 1e-5, NaN].map((share) => examine(off(share), one!, settings).outcome);
    expect(outcomes).toEqual(['agree', 'contradict', 'contradict']);
  });

  test('variants are refuted from 1e-4 on, where they apply', () => {
    const mutants = [
      mutant('far', offPath(1e-3)),
      mutant('near', offPath(1e-5)),
      mutant('elsewhere', { ...offPath(1), applies: () => false }),
    ];
    expect(examine(F1.claim, ofPath!, { ...settings, mutants }).refuted).toEqual(['far']);
  });

  test('the seed draws the batches', () => {
    const drawn = (seed: number): string => {
      const seen: string[] = [];
      const spy: ForecastClaim = {
        ...F1.claim,
        path(setting, batches) {
          seen.push(JSON.stringify(batches));
          return F1.claim.path!(setting, batches);
        },
      };
      for (const one of fc.sample(F1.instances, { seed: 7, numRuns: 5 }))
        examine(spy, one, { ...settings, seed });
      return seen.join();
    };
    expect(drawn(1)).toBe(drawn(1));
    expect(drawn(1)).not.toBe(drawn(2));
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
