import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crossCoherence, unlearningCoherence } from '../src/theory/coherence.js';
import { criticalMixing } from '../src/theory/mean-curvature.js';
import { problemFromSpec, SAMPLINGS } from '../src/theory/problem.js';
import { reduceSets } from '../src/theory/reduction.js';
import { D1 } from '../theorems/D1.js';
import { D2 } from '../theorems/D2.js';
import { D3 } from '../theorems/D3.js';
import { D5 } from '../theorems/D5.js';
import { alignedProblems } from '../theorems/draws/aligned-problems.js';
import {
  commutingProblems,
  halvedAxes,
  identicalGroups,
  isotropicFrames,
  singleAxisForget,
} from '../theorems/draws/extremal-families.js';
import { withSamplings } from '../theorems/draws/larger-families.js';
import { threeAxisWitnesses } from '../theorems/draws/three-axis-families.js';
import { U13 } from '../theorems/U13.js';
import { U14 } from '../theorems/U14.js';
import { U15 } from '../theorems/U15.js';
import { U16 } from '../theorems/U16.js';
import { U18 } from '../theorems/U18.js';
import { U2 } from '../theorems/U2.js';
import { U3 } from '../theorems/U3.js';
import { U4 } from '../theorems/U4.js';
import { U5 } from '../theorems/U5.js';
import { U6 } from '../theorems/U6.js';
import { expectAttained, reduced } from './theorem-property.js';

const fullBatches = alignedProblems({
  mixing: 'below',
  samplings: ['bernoulli', 'without-replacement'],
  batches: 'full',
});

const families = [
  { theorem: D1, family: 'orthogonal samples with B = n/2 (nu = sigma = 1)', problems: halvedAxes },
  { theorem: D2, family: 'groups of identical samples on orthogonal axes', problems: identicalGroups },
  { theorem: D3, family: 'its own groups, for every sigma, n and B', problems: identicalGroups },
  { theorem: U2, family: 'full batches', problems: fullBatches },
  { theorem: U3, family: 'orthogonal samples with B = n/2 (nu = sigma = 1)', problems: halvedAxes },
  { theorem: U4, family: 'isotropic frames with 1/B = 1/n + 1/d', problems: isotropicFrames },
  { theorem: U5, family: 'isotropic frames', problems: isotropicFrames },
  { theorem: U5, family: 'full batches', problems: fullBatches },
  { theorem: U6, family: 'every commuting problem', problems: commutingProblems(4) },
  { theorem: U13, family: 'commuting problems on one axis', problems: commutingProblems(1) },
  { theorem: U14, family: 'isotropic frames', problems: isotropicFrames },
  { theorem: D5, family: "D3's groups under every sampling", problems: withSamplings(identicalGroups) },
  { theorem: U15, family: "U16's problems", problems: threeAxisWitnesses(1, 4) },
  { theorem: U16, family: 'its own problems', problems: threeAxisWitnesses(1, 4) },
  { theorem: U18, family: "U16's problems", problems: threeAxisWitnesses(1, 4) },
  { theorem: U18, family: "D3's groups", problems: identicalGroups },
  { theorem: U18, family: 'isotropic frames', problems: isotropicFrames },
];

test.each(families)('$theorem.id is attained on $family', ({ theorem, problems }) => {
  expectAttained(theorem, problems);
});

test('U7 is attained by a forget set along one eigenvector of the retain curvature: alpha* = kappa/(1 + kappa)', () => {
  fc.assert(
    fc.property(singleAxisForget(SAMPLINGS, 'escaping'), (spec) => {
      const { retain, forget } = problemFromSpec(spec);
      const [r, f] = reduceSets([retain, forget]).sets;
      const { kappa } = crossCoherence(r!, f!);
      expect(Math.abs(criticalMixing(r!, f!) - kappa / (1 + kappa))).toBeLessThan(1e-10);
    }),
    { seed: 1, numRuns: 100 },
  );
});

test('the upper bound of U8 is attained with one sample in each set', () => {
  fc.assert(
    fc.property(alignedProblems({ mixing: 'any' }), (spec) => {
      const single = {
        ...spec,
        retain: [spec.retain[0]!],
        forget: [spec.forget[0]!],
        batch: { retain: 1, forget: 1 },
      };
      fc.pre(single.alpha > 0 && single.alpha < 1 && [single.retain, single.forget].every(isNonzero));
      const { lambda1S, threeAxisBound } = unlearningCoherence(reduced(single));
      expect(Math.abs(lambda1S / threeAxisBound - 1)).toBeLessThan(1e-10);
    }),
    { seed: 1, numRuns: 100 },
  );
});

function isNonzero(samples: readonly (readonly (readonly number[])[])[]): boolean {
  return samples.flat(2).some((x) => x !== 0);
}
