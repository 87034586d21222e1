/**
 * # P3a: the pull of weight decay
 *
 * Statement: weight decay at a minimum w* away from 0, rho < 1: the step comes to rest at the mean -(D+lam)^{-1} lam w* away
 * from w*, with the covariance (1-T)^{-1} eta^2 N(mu mu^T), mu that mean.
 * Definitions: T the second-moment operator with D + lam in place of D, N the noise map of the plain step.
 * Hypotheses: the plain step with weight decay; any sampling that draws every batch anew; rho < 1 for the rest.
 * Source: worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, with decay.
 * Proof: delta' = (I - eta (C_S + lam)) delta - eta lam w* is affine with a fixed push; its mean has the fixed point
 * -(D+lam)^{-1} lam w*, and deviations from it obey M' = T(M) + eta^2 N(mu mu^T).
 * Notes: an interpolating minimum fits no longer once there is decay: the rest is P7's with g_i = lam w*.
 */

import type { RestClaim } from '../src/harness/rest-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { restMoments } from './rest-terms.js';
import { FAR_OF_FEW, FAR_OF_FEW_WORDS, NOT_MANY } from './draws/draw-floors.js';
import { pulledMinima } from './draws/run-problems.js';
import { ANEW, isDecaying } from './procedures.js';
import { DECAY } from './sources.js';
import witnesses from './witnesses/P3a.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P3a',
  name: 'the pull of weight decay',
  procedure: 'weight decay',
  statement:
    'weight decay at a minimum w* away from 0, rho < 1: the step comes to rest at the mean -(D+lam)^{-1} lam w* away from w*, with the covariance (1-T)^{-1} eta^2 N(mu mu^T), mu that mean.',
  formula: String.raw`\mu = -(D+\lambda)^{-1}\lambda\,w^*, \qquad \operatorname{Cov} = (1-T)^{-1}\,\eta^2 N(\mu\mu^\top)`,
  hypotheses: ['the plain step with weight decay', ANEW, 'rho < 1 for the rest'],
  unneeded: {
    'the plain step with weight decay': 'other procedures rest elsewhere',
    [ANEW]: 'in epochs the noise of a step depends on those before it; another covariance',
    'rho < 1 for the rest': 'without it nothing comes to rest',
  },
  source: DECAY,
  proof:
    "delta' = (I - eta (C_S + lam)) delta - eta lam w* is affine with a fixed push; its mean has the fixed point -(D+lam)^{-1} lam w*, and deviations from it obey M' = T(M) + eta^2 N(mu mu^T).",
};

const claim: RestClaim = {
  kind: 'rest',
  applies: isDecaying,
  logGrowth: (setting) => Math.max(0, restMoments(setting).logRadius()),
  rest: (setting) => restMoments(setting).rest(),
};

/** The claim with another rest. */
function resting(rest: RestClaim['rest']): RestClaim {
  return { ...claim, rest };
}

const mutants = wrongVariants<RestClaim>('P3a', [
  ['no pull: rest at w*', resting((setting) => restMoments(setting).rest({ push: 0 })), 'quick'],
  ['pushed away from 0', resting((setting) => restMoments(setting).rest({ push: -1 }))],
  [
    '-D^{-1} lam w*: decay left out of the curvature',
    resting((setting) => restMoments(setting, { decay: 0 }).rest()),
  ],
  [
    'decay with the wrong sign in the curvature',
    resting((setting) => restMoments(setting, { decay: -1 }).rest()),
  ],
  ['half the pull', resting((setting) => restMoments(setting).rest({ push: 0.5 }))],
  ['no spread around the resting point', resting((setting) => restMoments(setting).rest({ offset: 0 }))],
  [
    'eta in place of its square before the noise',
    resting((setting) => restMoments(setting).rest({ power: 1 })),
  ],
  ['the curvature noise left out of T', resting((setting) => restMoments(setting, { noise: 0 }).rest())],
]);

export const P3a: ProblemTheorem<RestClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `small random problems of one to three parameters that the retain set covers, any alpha and sampling, of which all batches can be gone through, with a decay of 2 % to 150 % of |lambda_min(D)| and a minimum away from 0. Step sizes from a third to three times the exact threshold. ${FAR_OF_FEW_WORDS}`,
  floors: {
    without: NOT_MANY,
    asked: ['procedure: decay to |lambda_min(D)|', 'procedure: decay above it', ...FAR_OF_FEW],
    near: [],
  },
  instances: pulledMinima,
};
