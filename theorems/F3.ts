/**
 * # F3: where a forecast of squared loss comes to rest
 *
 * Statement: squared loss at a w* that does not fit, rho(T) < 1: on U a forecast comes to rest at the mean -D^{-1} g with the
 * covariance (1-T)^{-1} Sigma, Sigma = Cov(A mu - eta xi), which are P7's with H_i = J_i^T J_i and g_i = J_i^T (f*_i - y_i); its
 * outputs spread by J Cov J^T. rho(T) > 1: E|delta|^2 grows as rho(T).
 * Definitions: g = sum_g sign_g a_g mean_i g_i, xi the gradient of a step at w*, A = I - eta D_S its linear part, mu the mean.
 * Hypotheses: squared loss; the plain step; any sampling that draws every batch anew; rho(T) < 1 for the rest.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: f_i - y_i = f*_i - y_i + J_i delta, so that the gradient of sample i is g_i + H_i delta: the affine step of P7.
 */
import type { ForecastClaim, ForecastedSetting } from '../src/harness/forecast-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { NOT_MANY } from './draws/draw-floors.js';
import { unfitNetworks } from './draws/run-problems.js';
import { isPlainModel, type LossDerivatives, quadraticAt, restMoments, squaredLoss } from './rest-terms.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/F3.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'F3',
  name: 'where a forecast of squared loss comes to rest',
  procedure: 'forecast',
  statement:
    "squared loss at a w* that does not fit, rho(T) < 1: on U a forecast comes to rest at the mean -D^{-1} g with the covariance (1-T)^{-1} Sigma, Sigma = Cov(A mu - eta xi), which are P7's with H_i = J_i^T J_i and g_i = J_i^T (f*_i - y_i); its outputs spread by J Cov J^T. rho(T) > 1: E|delta|^2 grows as rho(T).",
  formula: String.raw`\begin{gathered} H_i = J_i^T J_i, \quad g_i = J_i^T (f_i^* - y_i) \\[0.4em] \rho(T) < 1: \quad \mu = -D^{-1} g, \quad \operatorname{Cov} = (1-T)^{-1}\,\operatorname{Cov}(A\mu - \eta\,\xi) \end{gathered}`,
  hypotheses: [
    'squared loss',
    'the plain step',
    'any sampling that draws every batch anew',
    'rho(T) < 1 for the rest',
  ],
  unneeded: {
    'squared loss': 'with other losses the rest is that of a process that is not linear',
    'the plain step': 'other procedures rest elsewhere: P3a',
    'any sampling that draws every batch anew':
      'in epochs the noise of a step depends on those before it; another covariance',
    'rho(T) < 1 for the rest': 'without it nothing comes to rest',
  },
  source: CHANG_KHANNA,
  proof:
    'f_i - y_i = f*_i - y_i + J_i delta, so that the gradient of sample i is g_i + H_i delta: the affine step of P7.',
};

const moments = (setting: ForecastedSetting, loss: LossDerivatives = squaredLoss, change = {}) =>
  restMoments(quadraticAt(setting, loss), change);

const claim: ForecastClaim = {
  kind: 'forecast',
  loss: 'squared',
  interpolates: false,
  applies: isPlainModel,
  logGrowth: (setting) => Math.max(0, moments(setting).logRadius()),
  rest: (setting) => moments(setting).rest(),
};

/** The claim with another rest. */
function resting(rest: NonNullable<ForecastClaim['rest']>): ForecastClaim {
  return { ...claim, rest };
}

/** The loss with another gradient in the outputs. */
const sloped = (gradient: LossDerivatives['gradient']): ForecastClaim =>
  resting((setting) => moments(setting, { ...squaredLoss, gradient }).rest());

const mutants = wrongVariants<ForecastClaim>('F3', [
  ['the gradient at w* dropped: rest at w* itself, without spread', sloped((z) => z.map(() => 0)), 'quick'],
  ['y - f* in place of f* - y', sloped((z, y) => z.map((x, k) => y[k]! - x)), 'quick'],
  [
    'the gradient of |f - y|^2 beside the curvature of half of it',
    sloped((z, y) => z.map((x, k) => 2 * (x - y[k]!))),
  ],
  ['the gradient of the mean over the outputs', sloped((z, y) => z.map((x, k) => (x - y[k]!) / z.length))],
  ['targets alone: g_i = -J_i^T y_i', sloped((_, y) => y.map((x) => -x))],
  [
    'the gradients left out of the noise: Cov(A mu)',
    resting((setting) => moments(setting).rest({ gradients: 0 })),
  ],
  [
    'the offset left out of the noise: Cov(eta xi)',
    resting((setting) => moments(setting).rest({ offset: 0 })),
  ],
  [
    'one step of noise: Sigma in place of (1-T)^{-1} Sigma',
    resting((setting) => moments(setting).rest({ steps: 1 })),
  ],
  [
    'the curvature noise left out of T',
    resting((setting) => moments(setting, squaredLoss, { noise: 0 }).rest()),
  ],
  [
    'the gradients of the retain set alone',
    resting((setting) => moments(setting, squaredLoss, { only: 'retain' }).rest()),
  ],
]);

export const F3: ProblemTheorem<ForecastClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing:
    'small random models of one to three parameters and outputs that the retain set covers, with targets that no weights fit, any alpha and sampling, of which all batches can be gone through. Step sizes from a third to three times the exact threshold.',
  floors: {
    without: NOT_MANY,
    asked: [],
    near: [],
  },
  instances: unfitNetworks,
};
