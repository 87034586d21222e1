import fc from 'fast-check';
import { determinant } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { reduced } from '../../properties/theorem-property.js';
import { SAMPLINGS } from '../../src/theory/problem.js';
import { stepDeterminant } from '../../theorems/U20.js';
import { alignedProblems } from '../../theorems/draws/aligned-problems.js';
import { descentOnly } from '../../theorems/draws/extremal-families.js';
import { enumerateSteps } from '../reference/enumeration.js';

describe('stepDeterminant', () => {
  test.each(SAMPLINGS)('is the law over all batches of the reference, %s', (sampling) => {
    let compared = 0;
    fc.assert(
      fc.property(alignedProblems({ mixing: 'any', samplings: [sampling] }), (spec) => {
        const problem = reduced(spec);
        const law = stepDeterminant(problem, 0.013);
        if (law === null) return;
        compared++;
        const steps = enumerateSteps(problem, 0.013);
        const over = (f: (det: number) => number): number =>
          steps.reduce((sum, { step, probability }) => sum + probability * f(determinant(step)), 0);
        const mean = over((det) => Math.log(Math.abs(det)));
        const logs = steps
          .filter((s) => s.probability > 0)
          .map(({ step }) => Math.log(Math.abs(determinant(step))));
        const near = (x: number, y: number): void =>
          expect(Math.abs(x - y)).toBeLessThan(1e-8 * (1 + Math.abs(y)));
        near(law.mean, mean);
        near(
          law.variance,
          over((det) => (Math.log(Math.abs(det)) - mean) ** 2),
        );
        near(law.lowest, Math.min(...logs));
        near(law.highest, Math.max(...logs));
        near(
          law.meanSquare,
          over((det) => det * det),
        );
      }),
      { seed: 4, numRuns: 60 },
    );
    expect(compared).toBeGreaterThan(15);
  });

  test('is -Infinity where a step is singular, and null with too many batches or epochs', () => {
    const singular = stepDeterminant(reduced(descentOnly([[[1]], [[1]]], 2)), 1)!;
    expect(singular).toMatchObject({ mean: -Infinity, lowest: -Infinity, variance: Infinity, meanSquare: 0 });
    const many = descentOnly(
      Array.from({ length: 11 }, () => [[1]]),
      1,
    );
    expect(stepDeterminant(reduced(many), 0.1)).toBeNull();
    const epochs = { ...descentOnly([[[1]], [[1]]], 1), sampling: 'reshuffled' } as const;
    expect(stepDeterminant(reduced(epochs), 0.1)).toBeNull();
  });
});
