import fc, { type Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import { reduced } from '../../properties/theorem-property.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import { drawFeatures } from '../../src/harness/run-instances.js';
import { D3 } from '../../theorems/D3.js';
import { crowdedGroups, wideGroups } from '../../theorems/draws/larger-families.js';
import { crowdedThreeAxes, wideThreeAxes } from '../../theorems/draws/three-axis-families.js';
import { U16 } from '../../theorems/U16.js';

const some = <T>(draws: Arbitrary<T>, numRuns: number): T[] => fc.sample(draws, { seed: 5, numRuns });

test('D3 and U16 hold on all of their far problems, which reach as far as their axes allow', () => {
  const featuresOf = (problem: ProblemInstance['problem']) =>
    drawFeatures(
      { problem, step: { reference: 'exact', ratio: 1 } },
      { eta: 1, criticalStep: 1, etaStar: 1 },
      'both',
    );
  for (const [theorem, wide, crowded] of [
    [D3, wideGroups, crowdedGroups],
    [U16, wideThreeAxes, crowdedThreeAxes],
  ] as const) {
    const [axes, samples] = [some(wide, 6), some(crowded, 6)];
    for (const problem of [...axes, ...samples]) expect(theorem.claim.applies(reduced(problem))).toBe(true);
    expect(axes.map(featuresOf).every(({ r, samples: n }) => r > 16 && n > 100)).toBe(true);
    expect(samples.map(featuresOf).some(({ nu }) => nu > 500)).toBe(true);
  }
  expect(
    some(crowdedThreeAxes, 12)
      .map(featuresOf)
      .some(({ alpha, criticalMixing: critical }) => alpha > 0.95 * critical),
  ).toBe(true);
});
