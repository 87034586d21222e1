import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SideClaim } from '../src/harness/side-claim.js';
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
  axisVector,
  commutingProblems,
  descentOnly,
  halvedAxes,
  identicalGroups,
  isotropicFrames,
  singleAxisForget,
} from '../theorems/draws/extremal-families.js';
import {
  alternating,
  anySampling,
  commutingEpochs,
  decayed,
  heldByAlternation,
  preconditioned,
  withMomentum,
} from '../theorems/draws/procedure-problems.js';
import { threeAxisWitnesses } from '../theorems/draws/three-axis-families.js';
import { P1 } from '../theorems/P1.js';
import { P1a } from '../theorems/P1a.js';
import { P1b } from '../theorems/P1b.js';
import { P1c } from '../theorems/P1c.js';
import { P2 } from '../theorems/P2.js';
import { P2b } from '../theorems/P2b.js';
import { P3 } from '../theorems/P3.js';
import { P4 } from '../theorems/P4.js';
import { groupedEpochs, P4a } from '../theorems/P4a.js';
import { P5 } from '../theorems/P5.js';
import { mixedSampling, P8 } from '../theorems/P8.js';
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
import { exactStep, expectAttained, expectTurning, reduced } from './theorem-property.js';

const fullBatches = alignedProblems({
  mixing: 'below',
  samplings: ['bernoulli', 'without-replacement'],
  batches: 'full',
});

const held = alignedProblems({ mixing: 'below' }, 3);
const commuting = anySampling(commutingProblems(3));

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
  { theorem: D5, family: "D3's groups under every sampling", problems: anySampling(identicalGroups) },
  { theorem: U15, family: "U16's problems", problems: threeAxisWitnesses(1, 4) },
  { theorem: U16, family: 'its own problems', problems: threeAxisWitnesses(1, 4) },
  { theorem: U18, family: "U16's problems", problems: threeAxisWitnesses(1, 4) },
  { theorem: U18, family: "D3's groups", problems: identicalGroups },
  { theorem: U18, family: 'isotropic frames', problems: isotropicFrames },
  { theorem: P1, family: 'every problem with momentum and D > 0', problems: withMomentum(held) },
  { theorem: P1a, family: 'every commuting problem with momentum', problems: withMomentum(commuting) },
  { theorem: P1b, family: 'full batches with momentum', problems: withMomentum(fullBatches) },
  { theorem: P1b, family: 'isotropic frames with momentum', problems: withMomentum(isotropicFrames) },
  { theorem: P1c, family: 'full batches with momentum', problems: withMomentum(fullBatches) },
  { theorem: P3, family: 'every problem with decay and D > 0', problems: decayed(held) },
  { theorem: P4a, family: 'single samples of orthogonal groups in epochs', problems: groupedEpochs },
  { theorem: P5, family: 'every problem with a preconditioner and D > 0', problems: preconditioned(held) },
  { theorem: P8, family: 'every problem with two samplings and D > 0', problems: mixedSampling(held) },
];

test.each(families)('$theorem.id is attained on $family', ({ theorem, problems }) => {
  expectAttained(theorem, problems);
});

const turning = [
  {
    theorem: P2,
    family: 'axes of forget sets about as strong as retain sets',
    problems: alternating(heldByAlternation),
  },
  { theorem: P2b, family: 'every commuting problem in turns', problems: alternating(commuting) },
  { theorem: P4, family: 'every commuting problem in epochs of single samples', problems: commutingEpochs },
];

test.each(turning)('$theorem.id turns at the exact first crossing on $family', ({ theorem, problems }) => {
  expectTurning(theorem, problems);
});

test('a side by step size that is 1 % off does not turn there', () => {
  const sideAt: SideClaim['sideAt'] = (problem, eta) => P2b.claim.sideAt!(problem, 1.01 * eta);
  const wrong = { ...P2b, claim: { ...P2b.claim, sideAt } };
  expect(() => {
    expectTurning(wrong, alternating(commuting));
  }).toThrow();
});

test('the first bound of P1b, (1-b) eta*_0, is approached as batch noise grows, with momentum 0.9', () => {
  for (const n of [5, 10, 20]) {
    const plain = descentOnly(
      Array.from({ length: n }, (_, a) => [axisVector(n, a)]),
      1,
    );
    const [without, momentum] = [plain, { ...plain, optimizer: { momentum: 0.9 } }].map((spec) =>
      exactStep(reduced(spec)),
    );
    // One sample an axis: v_a = (n - 1) d_a^2.
    expect(n * (1 - (0.1 * without!) / momentum!)).toBeCloseTo(18 / 19, 8);
  }
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
