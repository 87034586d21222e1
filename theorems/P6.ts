/**
 * # P6: clipping
 *
 * Statement: with the gradient of every step clipped at c, a step is the plain one while |delta| <= c/max_S |C_S|, and
 * |delta_k| <= |delta_0| + k eta c on every run.
 * Definitions: C_S = sum_g sign_g a_g/B_g sum_{i in S_g} H_i, the curvature of a step with the batches S; |C_S| its norm.
 * Hypotheses: the plain step; any sampling that draws every batch anew.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986, for clip_grad_norm_ of
 * PyTorch.
 * Proof: The gradient is C_S delta, of norm at most |C_S| |delta|; a clipped step moves by at most eta c.
 * Notes: past the radius growth is at most linear, whatever rho: there the sign of the typical growth gamma, not rho, says
 * whether a run stays. That is measured, not a theorem. The largest |C_S| lies at extreme batches, as |C_S| is convex.
 */
import type { ClippedClaim } from '../src/harness/clipped-claim.js';

import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { largestMagnitude, symmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { addScaled } from '../src/linalg/vectors.js';
import { sampleHessian } from '../src/theory/mean-curvature.js';
import type { CurvatureGroup, ReducedProblem } from '../src/theory/problem.js';
import { largestMeanCurvature, largestTotalCurvature } from './curvature-terms.js';
import { FAR_OF_FEW, FAR_OF_FEW_WORDS, NOT_MANY } from './draws/draw-floors.js';
import { clippedRuns } from './draws/run-problems.js';
import { ANEW, isPlainDrawnAnew } from './procedures.js';
import witnesses from './witnesses/P6.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P6',
  name: 'clipping',
  procedure: 'clipping',
  statement:
    'with the gradient of every step clipped at c, a step is the plain one while |delta| <= c/max_S |C_S|, and |delta_k| <= |delta_0| + k eta c on every run.',
  formula: String.raw`\begin{gathered} |\delta| \le \frac{c}{\max_S |C_S|} \;\Longrightarrow\; \text{the plain step} \\[0.4em] |\delta_k| \le |\delta_0| + k\,\eta\,c \ \text{ on every run} \end{gathered}`,
  hypotheses: ['the plain step', ANEW],
  unneeded: {
    'the plain step':
      'what is clipped is the gradient alone: with momentum or decay a step may be longer than eta c',
    [ANEW]: 'in epochs the batches are the same ones, and both hold; the reference draws them anew',
  },
  source:
    'worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986, for clip_grad_norm_ of PyTorch',
  proof: 'The gradient is C_S delta, of norm at most |C_S| |delta|; a clipped step moves by at most eta c.',
};

/** Signed curvatures of the extreme batches of a set: copies of one sample, or all subsets of its size (of any, if bernoulli). */
function batchCurvatures(group: CurvatureGroup): Float64Array[] {
  const { sampling, batchSize, sign, weight, samples } = group;
  const n = samples.sampleCount;
  const hessians = Array.from({ length: n }, (_, i) => sampleHessian(group.samples, i));
  if (sampling === 'with-replacement') return hessians.map((h) => h.map((x) => sign * weight * x));
  const batches = Array.from({ length: 2 ** n }, (_, mask) =>
    hessians.filter((_h, i) => (mask >> i) % 2 === 1),
  );
  return batches
    .filter(({ length }) => sampling === 'bernoulli' || length === batchSize)
    .map((batch) => {
      const sum = new Float64Array(samples.dimension ** 2);
      for (const h of batch) addScaled(sum, (sign * weight) / batchSize, h);
      return sum;
    });
}

/** |C_S| of all pairs of extreme batches. */
function stepNorms({ groups, dimension: r }: ReducedProblem): number[] {
  const [first, second] = groups.map(batchCurvatures);
  const pairs = second ? first!.flatMap((a) => second.map((b) => a.map((x, k) => x + b[k]!))) : first!;
  return pairs.map((c) => largestMagnitude(symmetricEigen(c, r).values));
}

const claim: ClippedClaim = {
  kind: 'clipped',
  applies: isPlainDrawnAnew,
  radius: (problem, limit) => limit / Math.max(...stepNorms(problem)),
  reach: (start, k, eta, limit) => start + k * eta * limit,
};

const average = (x: readonly number[]): number => x.reduce((sum, y) => sum + y, 0) / x.length;

const mutants = wrongVariants<ClippedClaim>('P6', [
  [
    'lambda_1(D) in place of max_S |C_S|',
    { ...claim, radius: (problem, limit) => limit / largestMeanCurvature(problem) },
    'quick',
  ],
  [
    'lambda_1(K) in place of max_S |C_S|',
    { ...claim, radius: (problem, limit) => limit / largestTotalCurvature(problem) },
  ],
  [
    'the average over the batches',
    { ...claim, radius: (problem, limit) => limit / average(stepNorms(problem)) },
  ],
  ['the radius 20 % too large', { ...claim, radius: (problem, limit) => 1.2 * claim.radius(problem, limit) }],
  [
    '2 c in place of c, as for stability',
    { ...claim, radius: (problem, limit) => 2 * claim.radius(problem, limit) },
  ],
  ['growth at half the rate', { ...claim, reach: (start, k, eta, limit) => start + (k * eta * limit) / 2 }],
  [
    'growth like the root of k',
    { ...claim, reach: (start, k, eta, limit) => start + Math.sqrt(k) * eta * limit },
  ],
  [
    'a clipped run stays within one step of its start',
    { ...claim, reach: (start, _k, eta, limit) => start + eta * limit },
  ],
  [
    'the larger of start and path',
    { ...claim, reach: (start, k, eta, limit) => Math.max(start, k * eta * limit) },
  ],
]);

export const P6: ProblemTheorem<ClippedClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `small random problems with any alpha and sampling, of which all batches can be gone through; limits from 0.01 to 100, starts from a twentieth to three times c/lambda_1(K). Step sizes from a fifth to three times the exact threshold, or of 1/lambda_1(K). ${FAR_OF_FEW_WORDS}`,
  floors: {
    without: NOT_MANY,
    asked: [...FAR_OF_FEW],
    near: [],
  },
  instances: clippedRuns,
};
