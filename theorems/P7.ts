/**
 * # P7: minima that do not fit
 *
 * Statement: gradients g_i at w* that do not vanish: E|delta|^2 grows as max(rho(T), 1) a step. rho(T) < 1: it comes to rest
 * at the mean -D^{-1} g with the covariance (1-T)^{-1} Sigma, Sigma = Cov(A mu - eta xi), mu that mean.
 * Definitions: g = sum_g sign_g a_g mean_i g_i, xi the gradient of a step at w*, A = I - eta C_S its linear part; T the
 * second-moment operator of the plain step.
 * Hypotheses: the plain step; any sampling that draws every batch anew; rho(T) < 1 for the rest.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: delta' = A delta - eta xi is affine: its mean has the fixed point -D^{-1} g, and deviations from it obey M' = T(M) +
 * Sigma, as A and xi are drawn together and independent of delta.
 * Notes: the spread blows up like 1/(1 - rho) near eta*. With weight decay and a minimum away from 0: P3a.
 */

import type { RestClaim } from '../src/harness/rest-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { restMoments } from './rest-terms.js';
import { FAR_OF_FEW, FAR_OF_FEW_WORDS, NOT_MANY } from './draws/draw-floors.js';
import { unfitMinima } from './draws/run-problems.js';
import { ANEW, isPlainDrawnAnew } from './procedures.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/P7.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P7',
  name: 'minima that do not fit',
  procedure: 'minima that do not fit',
  statement:
    'gradients g_i at w* that do not vanish: E|delta|^2 grows as max(rho(T), 1) a step. rho(T) < 1: it comes to rest at the mean -D^{-1} g with the covariance (1-T)^{-1} Sigma, Sigma = Cov(A mu - eta xi), mu that mean.',
  formula: String.raw`\begin{gathered} \mathbb{E}|\delta|^2 \ \text{ grows as } \ \max(\rho(T), 1) \\[0.4em] \rho(T) < 1: \quad \mu = -D^{-1} g, \quad \operatorname{Cov} = (1-T)^{-1}\,\operatorname{Cov}(A\mu - \eta\,\xi) \end{gathered}`,
  hypotheses: ['the plain step', ANEW, 'rho(T) < 1 for the rest'],
  unneeded: {
    'the plain step': 'other procedures rest elsewhere: P3a',
    [ANEW]: 'in epochs the noise of a step depends on those before it; another covariance',
    'rho(T) < 1 for the rest': 'without it nothing comes to rest',
  },
  source: CHANG_KHANNA,
  proof:
    "delta' = A delta - eta xi is affine: its mean has the fixed point -D^{-1} g, and deviations from it obey M' = T(M) + Sigma, as A and xi are drawn together and independent of delta.",
};

const claim: RestClaim = {
  kind: 'rest',
  applies: isPlainDrawnAnew,
  logGrowth: (setting) => Math.max(0, restMoments(setting).logRadius()),
  rest: (setting) => restMoments(setting).rest(),
};

/** The claim with another rest. */
function resting(rest: RestClaim['rest']): RestClaim {
  return { ...claim, rest };
}

const mutants = wrongVariants<RestClaim>('P7', [
  ['rest at +D^{-1} g', resting((setting) => restMoments(setting).rest({ push: -1 })), 'quick'],
  ['rest at -K^{-1} g', resting((setting) => restMoments(setting, { total: true }).rest())],
  ['rest at w* itself', resting((setting) => restMoments(setting).rest({ push: 0 }))],
  [
    'the gradients of the retain set alone',
    resting((setting) => restMoments(setting, { only: 'retain' }).rest()),
  ],
  [
    'the offset left out of the noise: Cov(eta xi)',
    resting((setting) => restMoments(setting).rest({ offset: 0 })),
  ],
  [
    'the gradients left out of the noise: Cov(A mu)',
    resting((setting) => restMoments(setting).rest({ gradients: 0 })),
    'quick',
  ],
  [
    'the curvature noise left out of T: Lyapunov of the mean',
    resting((setting) => restMoments(setting, { noise: 0 }).rest()),
  ],
  [
    'one step of noise: Sigma in place of (1-T)^{-1} Sigma',
    resting((setting) => restMoments(setting).rest({ steps: 1 })),
  ],
  [
    'eta in place of its square before the noise',
    resting((setting) => restMoments(setting).rest({ power: 1 })),
  ],
  [
    'E|delta|^2 shrinks as rho(T) where that is below 1',
    { ...claim, logGrowth: (setting) => restMoments(setting).logRadius() },
    'quick',
  ],
]);

export const P7: ProblemTheorem<RestClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `small random problems of one to three parameters that the retain set covers, any alpha and sampling, of which all batches can be gone through, with a gradient at w* for every sample. Step sizes from a third to three times the exact threshold. ${FAR_OF_FEW_WORDS}`,
  floors: {
    without: NOT_MANY,
    asked: [...FAR_OF_FEW],
    near: [],
  },
  instances: unfitMinima,
};
