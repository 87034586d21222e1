/**
 * # F2: the first order of a forecast
 *
 * Statement: cross-entropy around any w*: to first order in delta a step of a forecast is delta -> delta - eta (g_S + D_S
 * delta), with the curvatures H_i = J_i^T Lambda_i J_i and the gradients J_i^T (p_i - y_i) at w*, so that E|delta|^2 grows as
 * max(rho(T), 1) a step, as in P7.
 * Definitions: Lambda_i = diag(p_i) - p_i p_i^T at the outputs f*_i, p_i their softmax (one output: s(1-s)); g_S, D_S the
 * weighted means over the batches; T the second-moment operator of the plain step with these curvatures.
 * Hypotheses: cross-entropy; the plain step; any sampling that draws every batch anew; steps so small that delta^2 does not
 * count.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: The gradient of sample i at delta is J_i^T grad l_i(f*_i + J_i delta) = J_i^T grad l_i(f*_i) + J_i^T Lambda_i J_i delta +
 * O(|delta|^2), which is the step of P7.
 */
import type { ForecastClaim, ForecastedSetting } from '../src/harness/forecast-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { NOT_MANY } from './draws/draw-floors.js';
import { classifiers } from './draws/run-problems.js';
import { isPlainModel, type LossDerivatives, quadraticAt, restMoments, squaredLoss } from './rest-terms.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/F2.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'F2',
  name: 'the first order of a forecast',
  procedure: 'forecast',
  statement:
    'cross-entropy around any w*: to first order in delta a step of a forecast is delta -> delta - eta (g_S + D_S delta), with the curvatures H_i = J_i^T Lambda_i J_i and the gradients J_i^T (p_i - y_i) at w*, so that E|delta|^2 grows as max(rho(T), 1) a step, as in P7.',
  formula: String.raw`\begin{gathered} \delta' = \delta - \eta\,(g_S + D_S\,\delta) + O(|\delta|^2), \quad H_i = J_i^T \Lambda_i J_i, \quad g_i = J_i^T (p_i - y_i) \\[0.4em] \mathbb{E}|\delta|^2 \ \text{ grows as } \ \max(\rho(T), 1) \end{gathered}`,
  hypotheses: [
    'cross-entropy',
    'the plain step',
    'any sampling that draws every batch anew',
    'steps so small that delta^2 does not count',
  ],
  unneeded: {
    'cross-entropy': 'of squared loss the first order is all there is: F1, F3',
    'the plain step': 'other procedures have the operators of their own theorems',
    'any sampling that draws every batch anew': 'in epochs the batches of a step depend on those before it',
    'steps so small that delta^2 does not count':
      'beyond them the curvature changes with the outputs, which is why forecasts follow the true loss',
  },
  source: CHANG_KHANNA,
  proof:
    'The gradient of sample i at delta is J_i^T grad l_i(f*_i + J_i delta) = J_i^T grad l_i(f*_i) + J_i^T Lambda_i J_i delta + O(|delta|^2), which is the step of P7.',
};

/** e^z_k/sum e^z_j; of one output s = 1/(1 + e^-z), the class 0 having the output 0. */
function probabilities(z: readonly number[]): number[] {
  const all = z.length === 1 ? [z[0]!, 0] : z;
  const powers = all.map((x) => Math.exp(x - Math.max(...all)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.slice(0, z.length).map((x) => x / sum);
}

/** Cross-entropy: p - y and diag(p) - p p^T, which of one output are s - y and s (1-s). */
const crossEntropy: LossDerivatives = {
  gradient: (z, y) => probabilities(z).map((p, k) => p - y[k]!),
  curvature(z) {
    const p = probabilities(z);
    return p.flatMap((a, i) => p.map((b, k) => (i === k ? a : 0) - a * b));
  },
};

/** log rho of the quadratic problem at w*. */
const logRadius = (setting: ForecastedSetting, loss = crossEntropy, at = 1): number =>
  restMoments(quadraticAt(setting, loss, at)).logRadius();

const claim: ForecastClaim = {
  kind: 'forecast',
  loss: 'classes',
  interpolates: false,
  applies: isPlainModel,
  logGrowth: (setting) => Math.max(0, logRadius(setting)),
};

/** The claim with another radius. */
function growing(log: (setting: ForecastedSetting) => number): ForecastClaim {
  return { ...claim, logGrowth: (setting) => Math.max(0, log(setting)) };
}

/** The claim with another curvature of the loss. */
const curved = (curvature: LossDerivatives['curvature']): ForecastClaim =>
  growing((setting) => logRadius(setting, { ...crossEntropy, curvature }));

const diagonal = (z: readonly number[], of: (x: number) => number): number[] =>
  z.flatMap((_, i) => z.map((__, k) => (i === k ? of(i) : 0)));

/** diag(p), read off the exact curvature: its row sums are those of p (1-p) terms. */
const withoutRankOne: LossDerivatives['curvature'] = (z) => {
  const p = crossEntropy.gradient(
    z,
    z.map(() => 0),
  );
  return diagonal(z, (i) => p[i]!);
};

const mutants = wrongVariants<ForecastClaim>('F2', [
  [
    'the gradient at w* dropped: E|delta|^2 shrinks as rho(T)',
    { ...claim, logGrowth: (setting) => logRadius(setting) },
    'quick',
  ],
  [
    'curvature frozen where all outputs are 0',
    growing((setting) => logRadius(setting, crossEntropy, 0)),
    'quick',
  ],
  ['curvature at twice the outputs', growing((setting) => logRadius(setting, crossEntropy, 2))],
  ['the curvature of squared loss', growing((setting) => logRadius(setting, squaredLoss)), 'quick'],
  ['diag(p) without p p^T', curved(withoutRankOne)],
  [
    'curvature without its entries across outputs',
    curved((z) => {
      const full = crossEntropy.curvature(z);
      return diagonal(z, (i) => full[i * (z.length + 1)]!);
    }),
  ],
  ['half of the curvature', curved((z) => crossEntropy.curvature(z).map((x) => x / 2))],
  [
    'no batch noise: the growth of the mean alone',
    growing((setting) => restMoments(quadraticAt(setting, crossEntropy), { noise: 0 }).logRadius()),
  ],
]);

export const F2: ProblemTheorem<ForecastClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing:
    'small random classifiers of one to three parameters, one to three outputs (one: logistic) and hard labels, at weights that do not fit them, any alpha and sampling, of which all batches can be gone through. Steps of a third to twelve times the threshold of squared loss.',
  floors: {
    without: NOT_MANY,
    asked: [],
    near: [],
  },
  instances: classifiers,
};
